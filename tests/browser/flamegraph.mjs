// SPDX-License-Identifier: MIT
// The flame graph as its reader uses it, against what the reports in text say of the same dumps.
import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import path from "node:path";
import { colourAt, folder, hashOf, press, readFacts, sumOf, textOf, withBrowser, withPage } from "./browser.mjs";

const facts = JSON.parse(readFileSync(path.join(folder, "facts.json")));
const ROW = 21;

/// All children of the frame in focus, by walking over them.
async function readChildren(page) {
  const rows = [];
  await press(page, "ArrowDown");
  for (;;) {
    const row = await readFacts(page);
    if (rows.length > 0 && JSON.stringify(rows.at(-1)) === JSON.stringify(row)) return rows;
    rows.push(row);
    await press(page, "ArrowRight");
  }
}

function placeOf(frame) {
  if (frame.filename !== null) return frame.lineno === null ? frame.filename : `${frame.filename}:${frame.lineno}`;
  return frame.offset === null || frame.function !== null ? frame.module : `${frame.module}+0x${frame.offset.toString(16)}`;
}

/// "12.3 MiB" → bytes
function sizeOf(text) {
  const [number, unit] = text.split(" ");
  return parseFloat(number) * 1024 ** ["B", "KiB", "MiB", "GiB"].indexOf(unit);
}

/// Stacks in which any frame passes the test, each once.
function sumOfStacks(traces, test) {
  const sum = { size: 0, count: 0, stacks: 0 };
  for (const trace of traces) {
    if (!trace.traceback.some(test)) continue;
    sum.size += trace.size * trace.count;
    sum.count += trace.count;
  }
  return sum;
}

const inCanvas = async (page) => page.locator("#canvas").boundingBox();

const tests = [
  ["totals are those of stats", async () => {
    for (const name of ["small", "later", "deep", "many", "names", "sampled"]) {
      await withPage(`${name}.html`, async (page) => {
        const { size, count } = facts[name].total;
        assert.deepEqual(sumOf(await readFacts(page)), { size, count }, name);
      });
    }
  }],

  ["the allocating frames are the rows of stats", async () => {
    for (const name of ["small", "later", "names"]) {
      await withPage(`${name}.html`, async (page) => {
        const shown = (await readChildren(page)).map((row) => ({ place: row.Place, ...sumOf(row) }));
        const rows = facts[name].statistics.map((row) => ({ place: placeOf(row.traceback[0]), size: row.size, count: row.count }));
        const sorted = (list) => list.sort((a, b) => b.size - a.size || a.place.localeCompare(b.place));
        if (name === "names") for (const list of [shown, rows]) for (const row of list) row.place = "";
        assert.deepEqual(sorted(shown), sorted(rows), name);
      }, { hash: "#order=callees" });
    }
  }],

  ["the figures of a sampled dump say how sure they are", async () => {
    await withPage("sampled.html", async (page) => {
      const of = ({ size_error: error }) => 2 * error;
      const shown = (row) => sizeOf(row.Bytes.match(/±([\d.,]+ \w+) ·/)[1]);
      const isNear = (a, b) => Math.abs(a - b) < b / 50;
      assert.ok(isNear(shown(await readFacts(page)), of(facts.sampled.total)));
      const rows = facts.sampled.statistics.filter((row) => row.size_error > 0);
      const children = (await readChildren(page)).filter((row) => row.Bytes.includes("±"));
      assert.equal(children.length, rows.length);
      for (const row of rows) {
        assert.ok(children.some((child) => child.Place === placeOf(row.traceback[0]) && isNear(shown(child), of(row))));
      }
    }, { hash: "#order=callees" });
  }],

  ["a search counts each stack once", async () => {
    await withPage("small.html", async (page) => {
      for (const [text, wanted] of [["walk", "walk"], ["cache_get", "cache_get"], ["/^main /", "main"]]) {
        await page.fill("#search", text);
        const sum = sumOfStacks(facts.small.traces, (frame) => frame.function === wanted);
        const found = await textOf(page, "found");
        assert.match(found, new RegExp(` in ${sum.count.toLocaleString("en")} blocks · `), text);
        const share = (100 * sum.size / facts.small.total.size).toFixed(1);
        assert.ok(found.includes(` ${share}% of bytes`), `${found} has no ${share}%`);
      }
      assert.equal(await hashOf(page), "#search=%2F%5Emain+%2F");
      await page.keyboard.press("Enter");
      assert.equal((await readFacts(page)).name, "main");
      await page.fill("#search", "/(/");
      assert.match(await textOf(page, "found"), /[Ii]nvalid/);
      await page.fill("#search", "no such thing");
      assert.match(await textOf(page, "found"), /^0 B in 0 blocks/);
    });
  }],

  ["a match is coloured", async () => {
    await withPage("small.html", async (page) => {
      const plain = await colourAt(page, 3, ROW * 1 + 10);
      await page.fill("#search", "_start");
      const [red, green, blue] = await colourAt(page, 3, ROW * 1 + 10);
      assert.notDeepEqual([red, green, blue, 255], plain);
      assert.ok(red > green + 60 && blue > green + 60, `${red} ${green} ${blue}`);
    });
  }],

  ["zoom is in the link, and comes back", async () => {
    await withPage("small.html", async (page) => {
      const { width } = await inCanvas(page);
      await page.locator("#canvas").click({ position: { x: width * 0.2, y: ROW * 2.5 } });
      const { name } = await readFacts(page);
      const sum = sumOf(await readFacts(page));
      assert.equal(name, "main");
      assert.match(await hashOf(page), /^#zoom=\d+$/);
      assert.equal(await textOf(page, "zoomed"), "Zoomed to main");
      await page.reload();
      await page.waitForFunction(() => document.getElementById("focus-name").textContent !== "");
      assert.equal(await textOf(page, "zoomed"), "Zoomed to main");
      assert.deepEqual(sumOf(await readFacts(page)), sum);
      await page.click("#zoom-out");
      assert.equal(await hashOf(page), "");
      await page.goBack();
      await page.waitForFunction(() => document.getElementById("zoomed").textContent === "Zoomed to main");
      await press(page, "Escape");
      assert.equal(await hashOf(page), "");
    });
  }],

  ["a link that says nonsense opens everything", async () => {
    for (const hash of ["#zoom=99999999&order=x&width=1&lines=maybe", "#zoom=-1", "#__proto__=1&constructor=yes", "#%"]) {
      await withPage("small.html", async (page) => {
        assert.equal((await readFacts(page)).name, "all");
      }, { hash });
    }
  }],

  ["hidden frames leave the sums as they are", async () => {
    await withPage("small.html", async (page) => {
      const press_ = (id) => page.getAttribute(`#${id}`, "aria-pressed");
      assert.equal(await press_("wrappers"), "false");
      await page.fill("#search", "push_back");
      assert.match(await textOf(page, "found"), /^0 B in 0 blocks.* 6250 KiB in 100,000 blocks more in hidden frames/);
      await page.click("#wrappers");
      assert.match(await textOf(page, "found"), /^6250 KiB in 100,000 blocks/);
      await page.fill("#search", "getaddrinfo");
      assert.match(await textOf(page, "found"), /in 2 blocks/);
      await page.click("#system");
      assert.match(await textOf(page, "found"), /^0 B in 0 blocks.*more in hidden frames/);
      await page.fill("#search", "");
      await press(page, "Home");
      assert.deepEqual(sumOf(await readFacts(page)), facts.small.total);
      assert.equal(await hashOf(page), "#wrappers=yes&system=no");
    });
  }],

  ["inlined frames are told apart", async () => {
    await withPage("small.html", async (page) => {
      await page.fill("#search", "cache_line");
      await page.keyboard.press("Enter");
      assert.match((await readFacts(page)).Kind, /inlined/);
    });
  }],

  ["bytes and blocks order the boxes differently", async () => {
    await withPage("small.html", async (page) => {
      await press(page, "ArrowDown");
      const byBytes = (await readFacts(page)).Place;
      await press(page, "Home", "b", "ArrowDown");
      const rows = [...facts.small.statistics];
      assert.equal(byBytes, placeOf(rows.sort((a, b) => b.size - a.size)[0].traceback[0]));
      assert.equal((await readFacts(page)).Place, placeOf(rows.sort((a, b) => b.count - a.count)[0].traceback[0]));
      assert.match(await hashOf(page), /measure=count/);
    }, { hash: "#order=callees" });
  }],

  ["flame and icicle stand on their roots", async () => {
    await withPage("small.html", async (page) => {
      const hover = async (fromBottom) => {
        const { height } = await inCanvas(page);
        await page.locator("#canvas").hover({ position: { x: 40, y: fromBottom ? height - 8 : 8 } });
        return (await page.locator("#tooltip").isVisible()) ? page.locator("#tooltip strong").innerText() : "";
      };
      assert.equal(await hover(false), "all");
      await press(page, "i");
      assert.equal(await hover(true), "all");
      await page.reload();
      await page.waitForFunction(() => document.getElementById("focus-name").textContent !== "");
      assert.equal(await hover(true), "all");
      assert.notEqual(await hover(false), "all");
    });
    await withPage("deep.html", async (page) => {
      const { height } = await inCanvas(page);
      await page.locator("#canvas").hover({ position: { x: 40, y: height - 8 } });
      assert.equal(await page.locator("#tooltip strong").innerText(), "all");
    }, { hash: "#flame=yes" });
    await withPage("deep.html", async (page) => {
      await press(page, ...Array(40).fill("ArrowDown"));
      assert.equal((await readFacts(page)).name, "level473");
      assert.ok(await page.evaluate(() => document.getElementById("scroller").scrollTop) > 0);
    });
  }],

  ["one box a line or one a function", async () => {
    await withPage("many.html", async (page) => {
      const before = sumOf(await readFacts(page));
      await press(page, "f");
      assert.deepEqual(sumOf(await readFacts(page)), before);
      assert.equal(await page.getAttribute("#functions", "aria-pressed"), "true");
    });
  }],

  ["light and dark", async () => {
    const background = (page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const brightness = (text) => Number(/\d+/.exec(text)[0]);
    await withPage("small.html", async (page) => {
      assert.ok(brightness(await background(page)) < 80);
      assert.ok((await colourAt(page, 3, ROW + 10))[0] < 190);
      await page.click("#theme");
      assert.ok(brightness(await background(page)) > 200);
      assert.ok((await colourAt(page, 3, ROW + 10))[0] > 190);
    }, { dark: true });
  }],

  ["the help is a dialog", async () => {
    await withPage("small.html", async (page) => {
      await press(page, "?");
      assert.ok(await page.locator("#help").isVisible());
      await page.keyboard.press("Escape");
      assert.ok(!(await page.locator("#help").isVisible()));
    });
  }],

  ["everything that can be used has a name", async () => {
    await withPage("diff.html", async (page) => {
      const nameless = await page.evaluate(() => [...document.querySelectorAll("button, input, select, canvas")]
        .filter((each) => !(each.textContent.trim() || each.getAttribute("aria-label") || each.labels?.length))
        .map((each) => each.id));
      assert.deepEqual(nameless, []);
      const focus = [];
      for (let count = 0; count < 16; ++count) {
        await page.keyboard.press("Tab");
        focus.push(await page.evaluate(() => document.activeElement.id));
      }
      for (const id of ["search", "by-size", "canvas", "theme"]) assert.ok(focus.includes(id), `${id} in ${focus}`);
      assert.match(await textOf(page, "spoken"), /^all, Bytes /);
    });
  }],

  ["a comparison shows old, new and difference in colour", async () => {
    await withPage("diff.html", async (page) => {
      const rows = Object.fromEntries((await readChildren(page)).map((row) => [row.name, row]));
      const stated = Object.fromEntries(facts.diff.statistics.map((row) => [row.traceback[0].lineno, row]));
      const lines = { grows: 10, shrinks: 11, goes: 12, comes: 13, stays: 14 };
      const states = { grows: "grown", shrinks: "shrunk", goes: "gone", comes: "new", stays: "unchanged in bytes" };
      assert.deepEqual(Object.keys(rows).sort(), Object.keys(lines).sort());
      for (const [name, line] of Object.entries(lines)) {
        const { size, size_diff: change } = stated[line];
        assert.ok(rows[name].Bytes.endsWith(`(${(size - change).toLocaleString("en")} → ${size.toLocaleString("en")})`),
          `${name}: ${rows[name].Bytes}`);
        assert.equal(rows[name].State, states[name]);
      }
      const total = facts.diff.total;
      await press(page, "Home");
      assert.ok((await readFacts(page)).Bytes.includes(total.size.toLocaleString("en")));
    }, { hash: "#order=callees" });
  }],

  ["growth is red, shrinkage blue, no change neither, and what is gone is there", async () => {
    await withPage("diff.html", async (page) => {
      const { width } = await inCanvas(page);
      const seen = {};
      for (let x = 4; x < width; x += 4) {
        await page.locator("#canvas").hover({ position: { x, y: ROW * 1.5 } });
        const name = await page.locator("#tooltip strong").innerText();
        seen[name] ??= await colourAt(page, x, ROW + 2);
      }
      assert.ok(seen.grows[0] > seen.grows[2] + 30, `grows ${seen.grows}`);
      assert.ok(seen.comes[0] > seen.comes[2] + 30, `comes ${seen.comes}`);
      assert.ok(seen.shrinks[2] > seen.shrinks[0] + 30, `shrinks ${seen.shrinks}`);
      assert.ok(seen.goes[2] > seen.goes[0] + 20, `goes ${seen.goes}`);
      assert.ok(Math.abs(seen.stays[2] - seen.stays[0]) < 12, `stays ${seen.stays}`);
      await page.selectOption("#width", "now");
      assert.match(await hashOf(page), /width=now/);
      await press(page, "ArrowDown");
      assert.equal((await readFacts(page)).name, "grows");
    }, { hash: "#order=callees" });
  }],

  ["hostile names are text", async () => {
    await withPage("names.html", async (page) => {
      assert.match(await page.title(), /^Live heap of /);
      const rows = await readChildren(page);
      const shown = rows.map((row) => row.name);
      for (const name of ["</script><script>alert(1)</script>", "<!--<script>", "quote\"'`${1}", "Größe→界🙂",
        "back\\slash\\u003c", "__proto__", "constructor", "&lt;b&gt;"]) {
        assert.ok(shown.includes(name), `${name} in ${JSON.stringify(shown)}`);
      }
      assert.equal(await page.locator("img, script:not([id]):not(:last-of-type)").count(), 0);
      for (const name of shown) assert.doesNotMatch(name, /[\u0000-\u001f\u202e]/);
      await page.fill("#search", "<script>");
      assert.match(await textOf(page, "found"), /in 2 blocks/);
    }, { hash: "#order=callees" });
  }],

  ["many stacks: small, whole in its sums, and honest about what is folded", async () => {
    assert.ok(statSync(path.join(folder, "many.html")).size <= 5_000_000);
    await withPage("many.html", async (page) => {
      const painted = await page.evaluate(() => new Promise((resolve) => {
        requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now())));
      }));
      console.log(`100,000 stacks were painted ${Math.round(painted)} ms after the page was asked for`);
      assert.equal((await readFacts(page)).Stacks, "100,000");
      assert.match(await textOf(page, "folded"), /^[\d,]+ branches of at most 0\.0\d+% .* are folded: /);
      await page.fill("#search", "method_12");
      assert.match(await textOf(page, "found"), /folded branches are not searched/);
    });
  }],

  ["an empty heap is a page too", async () => {
    await withPage("empty.html", async (page) => {
      assert.match(await page.title(), /0 B in 0 blocks/);
      assert.equal((await readFacts(page)).name, "all");
      await press(page, "ArrowDown", "ArrowRight", "Enter", "c", "b", "i");
    });
  }],

  ["what is missing is said", async () => {
    await withPage("later.html", async (page) => {
      await page.click("#gaps-brief");
      const gaps = await textOf(page, "gaps-list");
      assert.match(gaps, /missed: .*, 12 times/);
      assert.match(gaps, /deeper than 8 frames/);
    });
  }],

  ["the source stands beside the picture", async () => {
    await withPage("source.html", async (page) => {
      const row = (line) => page.locator(`#source-lines tr[data-line="${line}"]`).innerText();
      assert.equal(await row(30), "7000 B\t7000 B\t7\t30\tline 30 </script>");
      assert.equal(await row(50), "\t9000 B\t11\t50\tline 50 </script>");
      assert.equal(await row(27), "\t\t\t27\tline 27 </script>");
      assert.equal(await page.locator("#source-lines tr[data-line='10']").count(), 0);
      await page.fill("#search", "cache");
      await page.keyboard.press("Enter");
      assert.equal(await page.locator("#source-lines .here").getAttribute("data-line"), "31");
    });
    await withPage("small.html", async (page) => assert.ok(await page.locator("#source").isHidden()));
  }],

  ["a timeline steps through its snapshots", async () => {
    const totals = facts.moments.map((moment) => moment.total);
    await withPage("timeline.html", async (page) => {
      const table = () => page.locator("#series tbody tr").allInnerTexts();
      assert.match(await page.title(), /^Heap of program over 3 min – 3000 B → 9000 B/);
      for (let at = 3; at >= 0; --at) {
        assert.ok((await textOf(page, "moment")).endsWith(`: ${totals[at].size} B in ${totals[at].count} blocks`));
        const [leak, cache] = await table();
        assert.match(leak, new RegExp(`work.c:30\\t${1000 * (1 + 2 * at)} B\\t`));
        assert.match(cache, /work.c:31\t2000 B\t/);
        await press(page, "ArrowLeft");
      }
      assert.equal(await hashOf(page), "#at=0");
      await press(page, "b", "g");
      assert.match((await table())[0], /leak\t1\t20.0%/);
      const { width, height } = await inCanvas(page);
      await page.locator("#canvas").hover({ position: { x: width - 30, y: height / 2 } });
      assert.match(await textOf(page, "moment"), /snapshot 4/);
      assert.notDeepEqual(await colourAt(page, width - 40, height - 40), await colourAt(page, width / 2, 16));
    }, { ready: "moment" });
  }],

  ["a narrow window has no sideways scrolling", async () => {
    await withPage("diff.html", async (page) => {
      const [inner, wanted] = await page.evaluate(() => [window.innerWidth, document.documentElement.scrollWidth]);
      assert.ok(wanted <= inner, `${wanted} in ${inner}`);
    }, { width: 360 });
  }],
];

await withBrowser(tests);
