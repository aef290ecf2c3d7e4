// Preview as an app, why a record is missing, and the payloads of the panel.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { accessible, answer, calm, fits, openBrowser, shoot, signIn, visit } from "./house.mjs";

const looks = ["light", "dark"].flatMap((scheme) => [1280, 360].map((width) => ({ scheme, width })));

let browser;
let student; // as Amplify gets it

before(async () => {
  browser = await openBrowser();
  const got = await answer("amplify", "/students?limit=1&sort=sourcedId");
  [student] = (await got.json()).users;
});
after(() => browser.close());

// exact is what a page shows byte for byte.
const exact = (page, at = 0) => page.locator("pre.exact").nth(at).textContent();

// chooses finds a record on the preview's page.
async function chooses(page, what, words) {
  await page.getByLabel("What").selectOption({ label: what });
  await page.getByLabel("Name, sourcedId, identifier or email").fill(words);
  await page.getByRole("button", { name: "Search" }).click();
}

for (const script of [true, false]) {
  test(`an admin walks from an app's menu to what the app gets, ${script ? "with" : "without"} script`, async () => {
    const page = await visit(browser, { script });
    await signIn(page, "admin");
    await page.goto("/apps");
    await page.getByRole("row").filter({ hasText: "amplify" }).getByRole("button", { name: "More actions" }).click();
    await page.getByRole("link", { name: "Preview as this app" }).click();
    await chooses(page, "Users", `${student.familyName.toUpperCase()} ${student.givenName.slice(0, 3)}`);
    await page.locator(`button[value="${student.sourcedId}"]`).click();
    await page.getByRole("heading", { name: "Field by field" }).waitFor();

    const got = await answer("amplify", `/users/${encodeURIComponent(student.sourcedId)}`);
    assert.equal(await exact(page), await got.text());
    const middleName = page.getByRole("row").filter({ has: page.getByText("middleName", { exact: true }) });
    await middleName.getByText("Hidden").waitFor();

    await page.getByRole("region", { name: "Demographics", exact: true }).getByRole("button", { name: /^Preview/ }).first().click();
    const demographics = await answer("amplify", `/demographics/${encodeURIComponent(student.sourcedId)}`);
    assert.equal(await exact(page), await demographics.text());
    assert.ok(!page.url().includes(student.sourcedId));
    calm(page);
    await page.context().close();
  });
}

test("the keyboard alone finds a record and previews it", async () => {
  const page = await visit(browser);
  await signIn(page, "admin");
  await page.goto("/apps/amplify/preview");
  await page.getByLabel("Name, sourcedId, identifier or email").focus();
  await page.keyboard.type(student.sourcedId);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Found" }).waitFor();
  await page.getByRole("button", { name: /^Preview/ }).first().focus();
  await page.keyboard.press("Enter");
  await page.getByRole("region", { name: "What the app gets", exact: true }).focus();
  assert.equal(await page.evaluate(() => document.activeElement.tagName), "PRE");
  await page.context().close();
});

test("Enter in the search of the panel searches, and never confirms", async () => {
  const page = await visit(browser);
  await signIn(page, "admin");
  await page.goto("/apps/amplify/dataguard?entity=users");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByLabel("Name, sourcedId, identifier or email").fill(student.sourcedId);
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: /^Compare/ }).first().waitFor();
  assert.ok(page.url().endsWith("/apps/amplify/dataguard"));
  await page.context().close();
});

test("Enter in the reason of the panel confirms", async () => {
  const page = await visit(browser);
  await signIn(page, "admin");
  await page.goto("/apps/amplify/dataguard?entity=users");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByLabel("Reason").fill("A new contract");
  await page.keyboard.press("Enter");
  await page.getByText("It holds from the next answer on").waitFor();
  await page.context().close();
});

for (const look of looks) {
  describe(`${look.scheme} at ${look.width}`, () => {
    const check = async (page, name) => {
      await accessible(page);
      await fits(page);
      calm(page);
      await shoot(page, `${name}-${look.scheme}-${look.width}`);
    };

    test("the preview is accessible and fits, and says why a record is missing", async () => {
      const page = await visit(browser, look);
      await signIn(page, "admin");
      await page.goto("/apps/amplify/preview");
      await check(page, "preview-empty");
      await chooses(page, "Users", "st-");
      await page.getByText("These are the first 20").waitFor();
      await check(page, "preview-found");
      await page.getByRole("button", { name: /^Preview/ }).nth(1).click();
      await page.getByRole("heading", { name: "Field by field" }).waitFor();
      for (const box of await page.locator("details").all()) await box.evaluate((d) => { if (d.closest(".payload-box")) d.open = true; });
      await check(page, "preview-record");
      await page.goto("/apps/eduready360/preview");
      await chooses(page, "Demographics", "st-");
      await page.getByRole("button", { name: /^Preview/ }).first().click();
      await page.getByRole("heading", { name: "Why it is missing" }).waitFor();
      await check(page, "preview-missing");
      await page.context().close();
    });

    test("the panel's payloads are accessible and fit, and what was ticked stays", async () => {
      const page = await visit(browser, look);
      await signIn(page, "admin");
      await page.goto("/apps/amplify/dataguard?entity=users");
      await page.getByRole("checkbox", { name: /^Grades/ }).uncheck();
      await page.getByLabel("How Family name is shown").selectOption("initial");
      await page.getByRole("checkbox", { name: /^Middle name/ }).check();
      await page.getByRole("button", { name: "Save" }).click();
      await page.getByLabel("Reason").fill("A new contract");
      await page.getByRole("button", { name: "Back to editing" }).click();
      await page.getByRole("button", { name: "Save" }).click();
      assert.equal(await page.locator("pre.payload").count(), 0);
      await page.getByLabel("Name, sourcedId, identifier or email").fill("st-");
      await page.getByRole("button", { name: "Search" }).click();
      await page.getByText("These are the first 20").waitFor();
      await check(page, "panel-found");
      await page.getByRole("button", { name: "A record that changes" }).click();
      await page.getByRole("heading", { name: "Once saved" }).waitFor();
      await check(page, "panel-compared");

      await page.getByLabel("Name, sourcedId, identifier or email").fill(student.sourcedId);
      await page.getByRole("button", { name: "Search" }).click();
      await page.locator(`button[value="${student.sourcedId}"]`).click();
      await page.getByRole("heading", { name: "Once saved" }).waitFor();
      const [now, later] = [JSON.parse(await exact(page, 0)).user, JSON.parse(await exact(page, 1)).user];
      assert.ok(now.grades && !later.grades);
      assert.equal(later.familyName, `${now.familyName[0]}.`);
      assert.ok((await page.locator("del").count()) > 0 && (await page.locator("ins").count()) > 0);
      assert.equal(await page.getByLabel("Reason").inputValue(), "A new contract");
      const boxes = await page.locator("pre.payload").evaluateAll((all) => all.map((p) => p.getBoundingClientRect().y));
      assert.equal(boxes[0] === boxes[2], look.width > 928, "side by side where there is room, else stacked");
      await page.context().close();
    });
  });
}
