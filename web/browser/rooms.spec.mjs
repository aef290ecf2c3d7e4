// What holds for every room: it can be used by anybody, on any screen, without a
// complaint of the browser.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { accessible, calm, fits, openBrowser, shoot, signIn, visit } from "./house.mjs";

const rooms = ["/", "/apps", "/apps/add", "/apps/amplify/credentials", "/apps/amplify/suspend", "/nowhere", "/audit", "/audit?kind=change", "/audit?kind=refusal", "/settings", "/settings/people", "/settings/people/add", "/account"];
const looks = ["light", "dark"].flatMap((scheme) => [1280, 360].map((width) => ({ scheme, width })));

let browser;
before(async () => { browser = await openBrowser(); });
after(() => browser.close());

for (const look of looks) {
  describe(`${look.scheme} at ${look.width}`, () => {
    test("the sign-in and every room are accessible and fit", async () => {
      const page = await visit(browser, look);
      const check = async (name) => {
        await accessible(page);
        await fits(page);
        calm(page);
        await shoot(page, `${name.replace(/\W+/g, "-")}-${look.scheme}-${look.width}`);
      };
      await page.goto("/sign-in");
      await check("sign-in");
      await signIn(page, "admin");
      for (const room of rooms) {
        await page.goto(room);
        await check(room === "/" ? "dashboard" : room.slice(1));
      }
      await page.context().close();
    });
  });
}

test("an auditor looks and is offered no change", async () => {
  const page = await visit(browser);
  await signIn(page, "auditor");
  await page.getByRole("navigation", { name: "Rooms" }).getByRole("link", { name: "Settings" }).click();
  assert.equal(await page.getByRole("button", { name: "Save" }).count(), 0);
  await page.getByRole("link", { name: "People" }).click();
  assert.equal(await page.getByRole("link", { name: "Add a person" }).count(), 0);
  calm(page);
  await page.context().close();
});

test("the keyboard reaches the content and the menu", async () => {
  const page = await visit(browser);
  await signIn(page, "admin");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "main");
  await page.locator(".person-menu summary").focus();
  await page.keyboard.press("Enter");
  await page.getByRole("link", { name: "Your account" }).waitFor();
  await page.keyboard.press("Escape");
  assert.equal(await page.getByRole("link", { name: "Your account" }).isVisible(), false);
  assert.equal(await page.evaluate(() => document.activeElement.tagName), "SUMMARY");
  await page.context().close();
});

test("without script a person is invited, let in and removed", async () => {
  const page = await visit(browser, { script: false });
  await signIn(page, "admin");
  await page.goto("/settings/people/add");
  await page.getByLabel("Email").fill("bo@example.org");
  await page.getByRole("button", { name: "Add" }).click();
  const link = await page.locator("#link").textContent();

  const bo = await visit(browser, { script: false });
  await bo.goto(link);
  await bo.getByLabel("Password", { exact: true }).fill("correct horse battery");
  await bo.getByLabel("Password, once more").fill("correct horse battery");
  await bo.getByRole("button", { name: "Set password" }).click();
  await bo.getByText("Your password is set").waitFor();
  await bo.getByLabel("Email").fill("bo@example.org");
  await bo.getByLabel("Password").fill("correct horse battery");
  await bo.getByRole("button", { name: "Sign in" }).click();
  await bo.getByRole("heading", { name: "Dashboard" }).waitFor();

  await page.goto("/settings/people");
  await page.getByRole("link", { name: "bo@example.org" }).click();
  await page.getByRole("button", { name: "Remove bo@example.org" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await page.getByText("bo@example.org is removed").waitFor();
  await bo.goto("/");
  await bo.getByRole("button", { name: "Sign in" }).waitFor();
  await bo.context().close();
  await page.context().close();
});
