// What holds for every page of a house that has been lived in. Its tables hold their
// width: nothing is cut off, no word is broken, and whatever can be pressed is in sight.
// It speaks the words of people, and it can be printed.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { finds } from "./deeds.mjs";
import { fits, shoot, visit } from "./house.mjs";
import { everyPage, richHouse } from "./rich.mjs";

// What was found on all pages, which are gone through once.
const found = { pages: 0, tables: 0, times: [], flaws: [], words: [], prints: [] };
let house;
before(async () => {
  house = await richHouse();
  const page = await visit({ at: house, as: "admin" });
  for await (const address of everyPage(page)) {
    await looksAt(page, `page${address.replace(/\W+/g, "-").slice(0, 60)}`);
  }
  await page.goto("/apps/amplify/preview");
  await finds(page, "", "st-000003");
  await page.getByRole("button", { name: /^Preview/ }).first().click();
  await page.getByRole("heading", { name: "Field by field" }).waitFor();
  await looksAt(page, "page-preview-record");
  await page.goto("/apps/amplify/dataguard?entity=users");
  await page.getByRole("checkbox", { name: /^Grades/ }).uncheck();
  await page.getByRole("button", { name: "Save" }).click();
  await page.locator("#confirm").waitFor();
  await looksAt(page, "page-changes");
  await page.context().close();
}, { timeout: 600_000 });

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

// ofCode are words of the code that no page speaks.
const ofCode = /.{0,40}\b(generations?|doors?|entit(?:y|ies)|grant(?:s|ed)?|structural|rest-1\.\d|byte for byte)\b.{0,30}/gi;

// looksAt looks at a page, with every part that folds out unfolded, at each width and as
// it is printed.
async function looksAt(page, name) {
  const here = page.url().replace(house.url, "");
  found.pages++;
  found.tables += await page.locator("table").count();
  await page.evaluate(() => { for (const fold of document.querySelectorAll("details:not(.menu)")) fold.open = true; });
  for (const width of [1440, 1280, 390]) {
    await page.setViewportSize({ width, height: 900 });
    await shoot(page, `${name}-${width}`);
    for (const flaw of await page.evaluate(flaws)) found.flaws.push(`${here} at ${width}: ${flaw}`);
    await fits(page);
  }
  const text = await page.locator("body").innerText();
  for (const [word] of text.matchAll(ofCode)) found.words.push(`${here}: ${word}`);
  found.times.push(...(await page.locator("time").evaluateAll((all) => all.map((t) => ({ text: t.textContent, machine: t.dateTime, exact: t.title })))));
  await page.evaluate(() => { for (const fold of document.querySelectorAll("details")) fold.open = false; });
  await page.setViewportSize({ width: 794, height: 1123 }); // A4
  await page.emulateMedia({ media: "print" });
  await shoot(page, `${name}-print`);
  for (const flaw of new Set(await page.evaluate(misprints))) found.prints.push(`${here}: ${flaw}`);
  await page.emulateMedia({ media: "screen" });
}

// misprints is what of a page should not be on paper, and what is cut off there. It runs
// in the browser.
function misprints() {
  const seen = (element) => element.checkVisibility({ visibilityProperty: true });
  const all = [...document.querySelectorAll("nav, header.top, footer, button, .button, summary, input[type=search], input[type=file], .save-bar")].filter(seen);
  const cut = [...document.querySelectorAll("table, .payload, .choices")].filter(seen).filter((part) => {
    const region = part.closest(".table-scroll") ?? part;
    return part.getBoundingClientRect().right > innerWidth + 1 || getComputedStyle(region).overflowY !== "visible" || region.scrollHeight > region.clientHeight + 1;
  });
  const folded = [...document.querySelectorAll("main details:not(.menu) > :not(summary)")].filter((part) => seen(part.parentElement) && !seen(part)); // what is hidden as a whole is not asked for
  const ground = getComputedStyle(document.body).backgroundColor;
  return [
    ...all.map((e) => `prints ${e.tagName} ${e.className} ${e.textContent.trim().slice(0, 30)}`),
    ...cut.map((e) => `cuts ${e.caption?.textContent ?? e.className}`),
    ...folded.map((e) => `folds ${e.textContent.trim().slice(0, 30)}`),
    ...(document.querySelector(".on-paper")?.checkVisibility() ? [] : ["does not say whose it is, and of when"]),
    ...(ground === "rgb(255, 255, 255)" ? [] : [`prints on ${ground}`]),
  ];
}

test("no table of any page is cut off, breaks a word or hides what can be pressed", () => {
  assert.ok(found.pages > 30 && found.tables > 20, `${found.pages} pages, ${found.tables} tables`);
  assert.deepEqual(found.flaws, [], found.flaws.join("\n"));
});

test("no page speaks the words of the code", () => {
  assert.deepEqual(found.words, [], found.words.join("\n"));
});

test("a time is written as people write it, and says exactly when", () => {
  assert.ok(found.times.length > 20, `${found.times.length} times`);
  for (const time of found.times) {
    assert.match(time.text, /^((yesterday|today|tomorrow) \d\d:\d\d|\d{1,2} [A-Z][a-z]{2} \d{4}, \d\d:\d\d)$/);
    assert.match(time.machine, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    assert.match(time.exact, /^[A-Z][a-z]+day, \d{1,2} [A-Z][a-z]+ \d{4}, \d\d:\d\d:\d\d [A-Z]{2,5}$/);
  }
});

test("every page can be printed: its tables are whole, and nothing to press is on it", () => {
  assert.deepEqual(found.prints, [], found.prints.join("\n"));
});
