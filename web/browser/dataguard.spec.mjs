// An admin opens an app's data from the dashboard on, as the vendors' guides say.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { accessible, answer, calm, fits, openBrowser, shoot, signIn, visit } from "./house.mjs";

let browser;
before(async () => { browser = await openBrowser(); });
after(() => browser.close());

for (const script of [true, false]) {
  test(`the walk to the metadata of demographics, ${script ? "with" : "without"} script`, async () => {
    const app = script ? "schoolinks" : "eduready360";
    const page = await visit(browser, { script });
    const check = async (name) => {
      await fits(page);
      if (script) await accessible(page);
      if (script) await shoot(page, `walk-${name}`);
      calm(page);
    };
    assert.equal((await answer(app, "/demographics")).status, 403);

    await signIn(page, "admin");
    await page.getByRole("navigation", { name: "Rooms" }).getByRole("link", { name: "Apps" }).click();
    const row = page.getByRole("row").filter({ hasText: app });
    await row.getByRole("button", { name: "More actions" }).click();
    await check("menu");
    await row.getByRole("link", { name: "DataGuard" }).click();
    await page.getByRole("link", { name: "Demographics", exact: true }).click();
    await page.getByLabel("Enable Demographics").check();
    await page.getByLabel("Metadata enabled").check();
    await page.getByLabel("homeLanguage").check();
    await page.getByLabel("Enable All Metadata").check();
    if (script) assert.ok(await page.getByLabel("iepStatus").isChecked());
    await check("dataguard");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("metadata.homeLanguage").waitFor();
    await check("panel");
    assert.equal((await answer(app, "/demographics")).status, 403);
    await page.getByRole("button", { name: "Confirm" }).click();
    await page.getByText("It holds from the next answer on").waitFor();

    const got = await answer(app, "/demographics?limit=1");
    assert.equal(got.status, 200);
    const { demographics } = await got.json();
    assert.ok("homeLanguage" in demographics[0].metadata);
    assert.ok(!("sex" in demographics[0]));

    await page.goto(`/apps/${app}/history`);
    await page.getByRole("link", { name: "Go back to version 1" }).click();
    await page.getByRole("button", { name: "Confirm" }).click();
    await page.getByText("Version 1 holds again").waitFor();
    assert.equal((await answer(app, "/demographics")).status, 403);
    await page.context().close();
  });
}

test("a form is sent once, and once more three seconds after the browser was stopped", async () => {
  const page = await visit(browser);
  await signIn(page, "admin");
  await page.clock.install();
  await page.goto("/apps/amplify/dataguard");
  await page.evaluate(() => document.addEventListener("submit", (event) => {
    if (!event.defaultPrevented) document.title += " sent";
    event.preventDefault();
  }));
  const sent = async () => (await page.title()).split(" sent").length - 1;
  const save = page.getByRole("button", { name: "Save" });
  await page.clock.pauseAt(new Date(Date.now() + 60_000));
  await save.click();
  await page.clock.runFor(2900);
  await save.click();
  assert.equal(await sent(), 1);
  await page.clock.runFor(200);
  await save.click();
  assert.equal(await sent(), 2);
  await page.context().close();
});

for (const scheme of ["light", "dark"]) {
  for (const width of [1280, 360]) {
    test(`the rooms of apps are accessible and fit, ${scheme} at ${width}`, async () => {
      const page = await visit(browser, { scheme, width });
      await signIn(page, "admin");
      for (const room of ["", "/add", "/amplify/dataguard", "/amplify/dataguard?entity=demographics", "/amplify/history", "/amplify/suspend", "/amplify/credentials", "/amplify/copy"]) {
        await page.goto(`/apps${room}`);
        await accessible(page);
        await fits(page);
        calm(page);
        await shoot(page, `apps${room.replace(/\W+/g, "-")}-${scheme}-${width}`);
      }
      await page.goto("/apps/amplify/dataguard?entity=demographics");
      await page.getByLabel("homeLanguage").uncheck();
      await page.getByRole("button", { name: "Save" }).click();
      await page.getByRole("button", { name: "Confirm" }).waitFor();
      await accessible(page);
      await fits(page);
      await shoot(page, `panel-${scheme}-${width}`);
      await page.context().close();
    });
  }
}
