// SPDX-License-Identifier: MIT
// A headless browser and pages in it; every page is watched for console errors and requests.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import path from "node:path";

export const [folder, packages, chromiumPath] = process.argv.slice(2);
const { chromium } = createRequire(path.join(packages, "package.json"))("playwright-core");

const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--no-first-run", "--no-default-browser-check"];
const PATIENCE_MS = 60_000;

let browser = null;
let failed = 0, passed = 0;

export async function withBrowser(tests) {
  browser = await chromium.launch({ executablePath: chromiumPath, args: FLAGS, timeout: PATIENCE_MS });
  try {
    for (const [name, test] of tests) await runOne(name, test);
  } finally {
    await browser.close();
  }
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
}

async function runOne(name, test) {
  try {
    await test();
    ++passed;
  } catch (error) {
    ++failed;
    console.log(`FAILED ${name}\n${error.stack}`);
  }
}

/// Hands an empty page to `use`.
export async function withTab(use, { width = 1400, dark = false } = {}) {
  const context = await browser.newContext({
    viewport: { width, height: 900 }, colorScheme: dark ? "dark" : "light" });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  try {
    await use(page);
  } finally {
    await context.close();
  }
}

/// Opens FOLDER/name, hands it to `use`, and demands that it stayed quiet and alone.
export function withPage(name, use, { hash = "", width, dark, ready = "focus-name" } = {}) {
  return withTab((page) => watched(page, name, use, hash, ready), { width, dark });
}

async function watched(page, name, use, hash, ready) {
  const url = pathToFileURL(path.join(folder, name)).href;
  const noise = [];
  page.on("console", (message) => {
    const ours = message.text().includes("willReadFrequently");  // of colourAt below
    if (!ours) noise.push(`console ${message.type()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => noise.push(`error: ${error.stack}`));
  page.on("dialog", (dialog) => { noise.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
  page.on("request", (request) => {
    if (request.url().split("#")[0] !== url) noise.push(`request: ${request.url()}`);
  });
  await page.goto(url + hash);
  await page.waitForFunction((id) => document.getElementById(id).textContent !== "", ready);
  await use(page);
  assert.deepEqual(noise, []);
}

/// The facts of the frame in focus: {name, Bytes: "…", …}.
export function readFacts(page, box = "#focus-facts") {
  return page.evaluate((selector) => {
    const facts = { name: document.getElementById("focus-name").textContent };
    for (const term of document.querySelectorAll(`${selector} dt`)) {
      facts[term.textContent] = term.nextElementSibling.innerText;
    }
    return facts;
  }, box);
}

/// The exact bytes and the blocks that facts state.
export function sumOf(facts) {
  const plain = (text) => Number(text.replaceAll(",", ""));
  return { size: plain(/\(([\d,]+)\)$/.exec(facts.Bytes)[1]), count: plain(/^[\d,]+/.exec(facts.Blocks)[0]) };
}

/// Red, green and blue where the canvas shows a point.
export function colourAt(page, x, y) {
  return page.evaluate(([left, top]) => {
    const canvas = document.getElementById("canvas");
    return [...canvas.getContext("2d").getImageData(left * devicePixelRatio, top * devicePixelRatio, 1, 1).data];
  }, [x, y]);
}

/// Presses keys with the picture in focus.
export async function press(page, ...keys) {
  await page.focus("#canvas");
  for (const key of keys) await page.keyboard.press(key);
}

export const hashOf = (page) => page.evaluate(() => location.hash);
export const textOf = (page, id) => page.locator(`#${id}`).innerText();
