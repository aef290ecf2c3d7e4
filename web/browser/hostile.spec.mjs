// HTML in whatever people and packages write is shown as text, and runs nothing.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { finds } from "./deeds.mjs";
import { accessible, fits, visit } from "./house.mjs";
import { district, houseOf, uploads } from "./own.mjs";

// evil is HTML that would run. It has no quotation marks, so that it fits everywhere.
const evil = "<img src=x onerror=document.body.dataset.ran=1><script>document.body.dataset.ran=1</script>";

let house;
before(async () => { house = await houseOf(); });

// calm fails where anything of evil became part of the page, or ran.
async function calm(page, texts) {
  assert.equal(await page.locator("main :is(img, script)").count(), 0, page.url());
  assert.equal(await page.evaluate(() => document.body.dataset.ran), undefined, page.url());
  if (texts) await page.getByText(evil).first().waitFor({ state: "attached" });
  await page.setViewportSize({ width: 360, height: 800 });
  await fits(page);
  await accessible(page);
  await page.setViewportSize({ width: 1280, height: 800 });
}

// hostile is a package with HTML in names, keys and types.
const hostile = () => district(20, {
  "orgs.csv": (text) => text.replace("Cottonwood Creek Elementary School", evil),
  "courses.csv": (text) => text.replace(/"Homeroom, [^"]*"/, evil),
  "demographics.csv": (text) => text.replace("metadata.transportationRoute", `metadata.${evil}`),
  "users.csv": (text) => text.replaceAll("{Badge:", `{${evil}:`).replace(",Óscar,Cú,", `,${evil},${evil},`),
});

test("HTML in a roster, in names of apps and of people is text on every page", async () => {
  const page = await visit({ at: house, as: "admin", refusals: [404] });
  await uploads(page, hostile());
  await calm(page, true);
  await page.goto("/settings");
  await page.getByLabel("District name").fill(evil);
  await page.getByRole("button", { name: "Save" }).click();
  await page.goto("/apps/add");
  await page.getByRole("radio", { name: /^Amplify/ }).check();
  await page.getByLabel("Name", { exact: true }).fill(evil);
  await page.getByRole("button", { name: "Add" }).click();
  await page.getByRole("heading", { level: 1, name: /^Add (?!an app)/ }).waitFor();
  await calm(page, true);
  await page.getByRole("button", { name: "Add" }).click();
  await page.locator("#client-secret").waitFor();
  await calm(page, true);
  for (const room of ["/", "/apps", "/audit?kind=change", "/imports", "/apps/amplify/dataguard?entity=users", "/apps/amplify/dataguard?entity=demographics", "/apps/amplify/scope", "/apps/amplify/suspend", "/apps/amplify/history", "/nowhere"]) {
    await page.goto(room);
    await calm(page, true);
  }
});

test("a hostile key, record and search stay text in the panel and in the preview", async () => {
  const page = await visit({ at: house, as: "admin" });
  await page.goto("/apps/amplify/dataguard?entity=demographics");
  await page.getByRole("checkbox", { name: evil }).check();
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("checkbox", { name: /^I know what these hold/ }).check();
  await page.getByRole("button", { name: "Confirm" }).click();
  await page.getByRole("link", { name: "Lift the ceiling" }).click();
  await page.getByRole("code").filter({ hasText: `metadata.${evil}` }).waitFor();
  await page.getByLabel("Reason").fill(evil);
  await page.getByRole("button", { name: "Confirm" }).click();
  await page.getByText("It holds from the next answer on").waitFor();
  await page.goto("/apps/amplify/history");
  await calm(page, true);

  await page.goto("/apps/amplify/preview");
  await finds(page, "Users", evil);
  await calm(page, true);
  await finds(page, "Users", "ad-000000");
  await page.getByRole("button", { name: /^Preview/ }).first().click();
  await page.getByRole("heading", { name: "Field by field" }).waitFor();
  await calm(page, true);
});
