// Who is refused at the door, and who comes in by a one-time link.
import assert from "node:assert/strict";
import { test } from "node:test";
import { tabsTo } from "./deeds.mjs";
import { access, looksWell, signIn, visit } from "./house.mjs";

const nobody = { email: "nobody@example.org", password: "wrong" };

// refusal signs in and is what the page says against it.
async function refusal(page, person) {
  await page.goto("/sign-in");
  await signIn(page, person);
  return page.getByRole("alert").textContent();
}

test("a wrong password and an unknown address are refused with the same words, too many of them with others", async () => {
  const page = await visit({ refusals: [422, 429] });
  const wrong = await refusal(page, { ...access.admin, password: "wrong" });
  assert.match(wrong, /The e-?mail address or the password is wrong/i);
  assert.equal(await refusal(page, nobody), wrong);
  await looksWell(page, "sign-in-wrong");
  // One of many at once waits for its turn; who would wait too long is told at once.
  const flood = Array.from({ length: 14 }, () => page.request.post("/sign-in", { form: nobody }));
  await Promise.any(flood.map(async (one) => assert.equal((await one).status(), 429)));
  assert.match(await refusal(page, nobody), /Too many attempts/);
  await looksWell(page, "sign-in-too-often");
  await Promise.all(flood);
  await page.goto("/apps");
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  await signIn(page, access.admin);
  await page.getByRole("heading", { level: 1, name: "Apps" }).waitFor();
});

test("without script a person is invited, let in and removed", async () => {
  const page = await visit({ as: "admin", script: false });
  await page.goto("/settings/people/add");
  await page.getByLabel("Email").fill("bo@example.org");
  await page.getByRole("button", { name: "Add" }).click();
  const link = await page.locator("#link").textContent();

  const bo = await visit({ script: false, refusals: [404] });
  const person = { email: "bo@example.org", password: "correct horse battery" };
  await bo.goto(link);
  await bo.getByLabel("Password", { exact: true }).fill(person.password);
  await bo.getByLabel("Password, once more").fill(person.password);
  await bo.getByRole("button", { name: "Set password" }).click();
  await bo.getByText("Your password is set").waitFor();
  await signIn(bo, person);
  await bo.getByRole("heading", { name: "Dashboard" }).waitFor();
  await bo.goto(link);
  assert.equal(await bo.getByRole("button", { name: "Set password" }).count(), 0, "the link works once");

  await page.goto("/settings/people");
  await page.getByRole("link", { name: "bo@example.org" }).click();
  await page.getByRole("button", { name: "Remove bo@example.org" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await page.getByText("bo@example.org is removed").waitFor();
  await bo.goto("/");
  await bo.getByRole("button", { name: "Sign in" }).waitFor();
});

test("a one-time link, its welcome and a person are accessible and fit", async () => {
  const page = await visit({ as: "admin" });
  await page.goto("/settings/people/add");
  await page.getByLabel("Email").fill("cy@example.org");
  await page.getByRole("button", { name: "Add" }).click();
  await page.locator("#link").waitFor();
  await looksWell(page, "one-time-link");
  const link = await page.locator("#link").textContent();

  const cy = await visit({ refusals: [422] });
  await cy.goto(link);
  await looksWell(cy, "welcome");
  await cy.getByLabel("Password", { exact: true }).fill("short");
  await cy.getByLabel("Password, once more").fill("other");
  await cy.getByRole("button", { name: "Set password" }).click();
  await cy.getByText("The two passwords are not the same").waitFor();
  await looksWell(cy, "welcome-wrong");

  await page.goto("/settings/people");
  await page.getByRole("link", { name: "cy@example.org" }).click();
  await looksWell(page, "person");
  await tabsTo(page, page.getByRole("button", { name: "Suspend cy@example.org" }));
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").getByText("is signed out at once").waitFor();
  await looksWell(page, "person-suspend");
  await page.keyboard.press("Escape");
  assert.equal(await page.getByRole("dialog").count(), 0);
  await page.keyboard.press("Enter"); // the button has the focus again
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.getByText("cy@example.org is suspended, and signed out.").waitFor();
  await page.getByRole("button", { name: "Let cy@example.org in again" }).click();
  await looksWell(page, "person-suspended");
  await page.getByRole("dialog").getByRole("button", { name: "Let in again" }).click();
  await page.getByText("cy@example.org may sign in again.").waitFor();
  await page.getByRole("button", { name: "Remove cy@example.org" }).click();
  await looksWell(page, "person-remove");
});
