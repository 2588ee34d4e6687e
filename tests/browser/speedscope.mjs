// SPDX-License-Identifier: MIT
// speedscope's own importer on the files that `tmtool export` writes: what it makes of them is what it
// saves again, and that has to say what `tmtool stats` says of the dump.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { folder, packages, withBrowser, withTab } from "./browser.mjs";

const APP = pathToFileURL(path.join(packages, "node_modules/speedscope/dist/release/index.html")).href;
const facts = JSON.parse(fs.readFileSync(path.join(folder, "facts.json"), "utf8"));

/// The file as speedscope understands it: opened as its command line does, saved by its own key.
async function imported(name) {
  const script = path.join(folder, `${name}.js`);
  const content = fs.readFileSync(path.join(folder, name)).toString("base64");
  fs.writeFileSync(script, `speedscope.loadFileFromBase64(${JSON.stringify(name)}, ${JSON.stringify(content)})`);
  let saved = null;
  const problems = [];
  await withTab(async (page) => {
    page.on("pageerror", (error) => problems.push(error.stack));
    page.on("dialog", (dialog) => { problems.push(dialog.message()); dialog.dismiss(); });
    await page.goto(`${APP}#localProfilePath=${script}`);
    await page.waitForFunction(() => document.title.endsWith(" - speedscope"));
    const download = page.waitForEvent("download");
    await page.keyboard.press("Control+s");
    saved = JSON.parse(fs.readFileSync(await (await download).path(), "utf8"));
  });
  assert.deepEqual(problems, []);
  return saved;
}

const total = (profile) => profile.endValue - profile.startValue;

/// What each source line holds itself: the time between two events belongs to the innermost open frame.
function ownByLine(saved, profile) {
  const own = new Map(), open = [];
  let at = profile.startValue;
  for (const event of profile.events) {
    if (open.length > 0) {
      const { file, line } = saved.shared.frames[open.at(-1)];
      const key = `${file}:${line}`;
      own.set(key, (own.get(key) ?? 0) + event.at - at);
    }
    at = event.at;
    if (event.type === "O") open.push(event.frame);
    else open.pop();
  }
  return own;
}

const tests = [];
for (const [name, stats] of Object.entries(facts)) {
  tests.push([`${name} as speedscope`, async () => {
    const saved = await imported(`${name}.speedscope.json`);
    assert.deepEqual(saved.profiles.map((profile) => profile.unit), ["bytes", "none"]);
    assert.deepEqual(saved.profiles.map(total), [stats.total.size, stats.total.count]);
    for (const [measure, profile] of [["size", saved.profiles[0]], ["count", saved.profiles[1]]]) {
      const own = ownByLine(saved, profile);
      for (const row of stats.statistics) {
        const { filename, lineno } = row.traceback[0];
        if (filename !== null && lineno !== null) {
          assert.equal(own.get(`${filename}:${lineno}`) ?? 0, row[measure], `${measure} of ${filename}:${lineno}`);
        }
      }
    }
  }]);
  tests.push([`${name} as pprof`, async () => {
    const saved = await imported(`${name}.pb.gz`);
    assert.equal(saved.profiles[0].unit, "bytes");
    assert.equal(total(saved.profiles[0]), stats.total.size);
  }]);
}
await withBrowser(tests);
