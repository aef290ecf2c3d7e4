// Every table of every page holds its width: nothing is cut off, no word is broken, and
// whatever can be pressed is in sight.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { finds } from "./deeds.mjs";
import { accessible, fits, shoot, visit } from "./house.mjs";
import { everyAddress, richHouse } from "./rich.mjs";

let house, addresses;
before(async () => {
  house = await richHouse();
  const page = await visit({ at: house, as: "admin" });
  addresses = await everyAddress(page);
  await page.context().close();
}, { timeout: 300_000 });

// flaws is what is wrong with the tables of a page, in words. It runs in the browser.
function flaws() {
  const found = [];
  const seen = (element) => element.checkVisibility({ visibilityProperty: true });
  const hidden = (element) => element.closest(".visually-hidden, thead") !== null;
  const lines = (rects) => new Set([...rects].filter((r) => r.width > 0.5).map((r) => Math.round(r.top / 4))).size;
  for (const table of document.querySelectorAll("table")) {
    if (!seen(table)) continue;
    const name = table.caption?.textContent.trim() ?? "a table without a caption";
    const region = table.closest(".table-scroll");
    if (!region) { found.push(`${name}: stands in no region of its own`); continue; }
    if (region.scrollWidth > region.clientWidth + 1) found.push(`${name}: is ${region.scrollWidth} wide in ${region.clientWidth}`);
    const box = region.getBoundingClientRect();
    for (const cell of table.querySelectorAll("tbody :is(th, td), thead th")) {
      if (!seen(cell) || hidden(cell) && getComputedStyle(cell.closest("thead") ?? cell).position === "absolute") continue;
      const { left, right } = cell.getBoundingClientRect();
      const words = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
      for (let text = words.nextNode(); text; text = words.nextNode()) {
        if (!seen(text.parentElement) || text.parentElement.closest(".visually-hidden, select, .row-menu")) continue;
        for (const word of text.data.matchAll(/[\p{L}\p{N}]+/gu)) {
          const range = new Range();
          range.setStart(text, word.index);
          range.setEnd(text, word.index + word[0].length);
          const rects = range.getClientRects();
          if (lines(rects) > 1) found.push(`${name}: breaks “${word[0]}” of “${text.data.trim().slice(0, 60)}”`);
          for (const r of rects) if (r.width > 1 && (r.left < left - 1 || r.right > right + 1)) found.push(`${name}: “${word[0]}” leaves its cell`);
        }
      }
      for (const control of cell.querySelectorAll("a, button, select, input, summary")) {
        if (!seen(control) || control.closest(".row-menu") || control.classList.contains("visually-hidden")) continue;
        for (const r of control.getClientRects()) {
          if (r.left < box.left - 1 || r.right > box.right + 1 || r.right > innerWidth + 1) found.push(`${name}: “${control.textContent.trim() || control.name}” is out of sight`);
        }
      }
      const next = cell.nextElementSibling?.getBoundingClientRect();
      if (next && next.width && Math.abs(next.top - cell.getBoundingClientRect().top) < 1 && next.left < right - 1) found.push(`${name}: a cell stands over the next`);
    }
  }
  return [...new Set(found)];
}

const called = (address) => `tables${address.replace(/\W+/g, "-").slice(0, 60)}`;

// holds tries a page at each width, with every part that folds out unfolded.
async function holds(page, name, wrong) {
  for (const width of [1440, 1280, 390]) {
    await page.setViewportSize({ width, height: 900 });
    await page.evaluate(() => { for (const fold of document.querySelectorAll("details:not(.menu)")) fold.open = true; });
    await shoot(page, `${name}-${width}`);
    for (const flaw of await page.evaluate(flaws)) wrong.push(`${page.url().replace(house.url, "")} at ${width}: ${flaw}`);
    await fits(page);
  }
}

test("no table of any page is cut off, breaks a word or hides what can be pressed", async () => {
  const page = await visit({ at: house, as: "admin" });
  assert.ok(addresses.length > 40, `only ${addresses.length} pages were found`);
  const wrong = [];
  let tables = 0;
  for (const address of addresses) {
    await page.goto(address);
    const here = await page.locator("table").count();
    tables += here;
    if (here) await holds(page, called(address), wrong);
  }
  await page.goto("/apps/amplify/preview");
  await finds(page, "", "st-000003");
  await page.getByRole("button", { name: /^Preview/ }).first().click();
  await page.getByRole("heading", { name: "Field by field" }).waitFor();
  await holds(page, "tables-preview-record", wrong);
  assert.ok(tables > 30, `only ${tables} tables were found`);
  assert.deepEqual(wrong, [], wrong.join("\n"));
});
