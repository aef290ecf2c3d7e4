// The pictures of README.md: `make screenshots` keeps them.
import { after, before, test } from "node:test";
import { access, answer, calm, openBrowser, shoot, signIn, visit } from "./house.mjs";

let browser;
before(async () => { browser = await openBrowser(); });
after(() => browser.close());

// finds searches for a student and chooses the first that is found.
async function finds(page, words, button) {
  await page.getByLabel("Name, sourcedId, identifier or email").fill(words);
  await page.getByRole("button", { name: "Search" }).click();
  await page.getByRole("button", { name: button }).first().click();
}

test("the pages that README.md shows", async () => {
  for (const { id } of access.apps) await answer(id, "/students?limit=100");
  const page = await visit(browser);
  await signIn(page, "admin");
  await page.goto("/apps");
  await page.getByRole("button", { name: "More actions" }).first().click();
  await shoot(page, "apps", 760);

  await page.goto("/apps/amplify/dataguard?entity=demographics");
  await shoot(page, "dataguard", 900);

  await page.goto("/apps/amplify/dataguard?entity=users");
  await page.getByRole("checkbox", { name: /^Grades/ }).uncheck();
  await page.getByLabel("How Family name is shown").selectOption("initial");
  await page.getByRole("checkbox", { name: /^Middle name/ }).check();
  await page.getByRole("button", { name: "Save" }).click();
  await finds(page, "st-000003", /^Compare/);
  await page.getByRole("heading", { name: "Once saved" }).waitFor();
  await shoot(page, "changes", 1540);

  await page.goto("/apps/amplify/preview");
  await finds(page, "st-000003", /^Preview/);
  await page.getByRole("heading", { name: "Field by field" }).waitFor();
  await shoot(page, "preview", 1100);
  calm(page);
  await page.context().close();
});
