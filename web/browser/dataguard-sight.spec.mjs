// DataGuard and the scope can be seen and used by anybody, on any screen.
import assert from "node:assert/strict";
import { test } from "node:test";
import { looksWell, visit } from "./house.mjs";

// hiddenByTheBar walks through a page with Tab, and lists what had the focus while
// the bar of Save covered it.
async function hiddenByTheBar(page) {
  const hidden = [];
  for (let first = true; ; first = false) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate((again) => {
      const [focused, bar] = [document.activeElement, document.querySelector(".save-bar")];
      if (focused === document.body || (!again && focused.matches(".skip"))) return null;
      const [a, b] = [focused, bar].map((element) => element.getBoundingClientRect());
      const covered = !bar.contains(focused) && a.top >= b.top - 1 && a.bottom <= b.bottom + 1 && a.left >= b.left - 1 && a.right <= b.right + 1;
      const out = a.bottom <= 0 || a.top >= innerHeight;
      return { name: focused.name || focused.textContent.trim().slice(0, 30), value: focused.value, bad: covered || out };
    }, first);
    if (!at) return hidden;
    if (at.bad) hidden.push(`${at.name} ${at.value ?? ""}`);
  }
}

test("whatever has the focus is in sight, above the bar of Save", async () => {
  for (const width of [1280, 360]) {
    const page = await visit({ as: "admin", width });
    await page.goto("/apps/amplify/dataguard?entity=users");
    assert.deepEqual(await hiddenByTheBar(page), [], `DataGuard at ${width}`);
    await page.goto("/apps/amplify/scope");
    for (const group of ["orgs", "courses", "roles", "grades"]) await page.locator(`input[name=${group}][value=only]`).check();
    await page.evaluate(() => document.activeElement.blur());
    await page.evaluate(() => scrollTo(0, 0));
    assert.deepEqual(await hiddenByTheBar(page), [], `the scope at ${width}`);
  }
});

// axTable is what the browser tells screen readers of the first table: the roles in
// it with how many there are, and the names of its column headers.
async function axTable(page) {
  const protocol = await page.context().newCDPSession(page);
  const { nodes } = await protocol.send("Accessibility.getFullAXTree");
  const byId = new Map(nodes.map((node) => [node.nodeId, node]));
  const within = (node) => [node, ...(node.childIds ?? []).flatMap((id) => within(byId.get(id)))];
  const parts = within(nodes.find((node) => node.role?.value === "table"));
  const count = (role) => parts.filter((node) => node.role?.value === role).length;
  return { rows: count("row"), cells: count("cell") + count("gridcell"), heads: parts.filter((node) => node.role?.value === "columnheader").map((node) => node.name.value) };
}

test("on a narrow screen each field is a card with everything in sight, and still a row to screen readers", async () => {
  const page = await visit({ as: "admin", width: 360 });
  await page.goto("/apps/amplify/dataguard?entity=users");
  const narrow = await axTable(page);
  const out = await page.locator(".guard td :is(.status, meter, select, input, p, time)").evaluateAll((all) =>
    all.map((part) => part.getBoundingClientRect()).filter(({ left, right }) => left < 0 || right > innerWidth).length);
  assert.equal(out, 0, "what stands beside the screen");
  const scrolling = await page.locator(".guard .table-scroll").evaluateAll((all) => all.filter((box) => box.scrollWidth > box.clientWidth).length);
  assert.equal(scrolling, 0, "tables that scroll sideways");
  const low = await page.locator(".guard label.tick, .guard td select").evaluateAll((all) => all.filter((target) => target.getBoundingClientRect().height < 24).length);
  assert.equal(low, 0, "targets lower than 24 pixels");
  const label = await page.locator(".guard td select").first().evaluate((select) => getComputedStyle(select.closest("td"), "::before").content);
  assert.match(label, /^"If shared, show"/);

  await page.setViewportSize({ width: 1280, height: 800 });
  assert.deepEqual(narrow, await axTable(page));
  assert.ok(narrow.rows > 10 && narrow.cells > 50);
  assert.equal(narrow.heads.length, 5);
});

test("DataGuard and the panel are accessible and fit", async () => {
  const page = await visit({ as: "admin" });
  await page.goto("/apps/amplify/dataguard");
  await looksWell(page, "dataguard-users");
  await page.goto("/apps/amplify/dataguard?entity=demographics");
  await looksWell(page, "dataguard-demographics");
  await page.getByLabel("homeLanguage").uncheck();
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("button", { name: "Confirm" }).waitFor();
  await looksWell(page, "panel");
});
