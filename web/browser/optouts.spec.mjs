// A student is opted out of one app and of all, by a search and by a file, and apps have
// them again.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { answer, records } from "./client.mjs";
import { looksWell, visit } from "./house.mjs";

const app = "Amplify Enrollment";
let students; // of the demo, some
before(async () => { students = (await records("amplify", "/students?limit=40")).slice(20, 24); });

const has = async (who, student) => (await answer(who, `/students/${encodeURIComponent(student.sourcedId)}`)).status === 200;

// opens finds a student and opens their page.
async function opens(page, student) {
  await page.goto("/apps");
  await page.getByRole("main").getByRole("link", { name: "Opt-outs", exact: true }).click();
  await page.getByLabel("Name, sourcedId, identifier or email").fill(student.sourcedId);
  await page.getByRole("button", { name: "Search" }).click();
  await page.getByRole("button", { name: /^Choose/ }).first().click();
  await page.getByRole("heading", { level: 1, name: "Opt-outs of a student" }).waitFor();
}

// removes removes every opt-out of a student.
async function removes(page, student) {
  await opens(page, student);
  while (await page.getByRole("button", { name: /^Remove the opt-out/ }).count()) {
    await page.getByRole("button", { name: /^Remove the opt-out/ }).first().click();
    await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
    await page.getByText("The opt-out is removed.").waitFor();
    await opens(page, student);
  }
}

after(async () => {
  const page = await visit({ as: "admin" });
  for (const student of students) await removes(page, student);
});

test("a student is opted out of one app, and of all, and let back", async () => {
  const [student] = students;
  const name = `${student.givenName} ${student.familyName}`;
  const page = await visit({ as: "admin" });
  await page.goto("/apps/opt-outs");
  await page.getByText("Nobody is opted out").waitFor();
  await looksWell(page, "opt-outs-empty");

  await opens(page, student);
  await page.getByLabel("Some apps").check();
  await page.getByLabel(app).check();
  await page.getByLabel("Reason").fill("form of 3 May");
  await looksWell(page, "opt-outs-student");
  await page.getByRole("button", { name: "Opt out" }).click();
  await page.getByText("Nothing of the student goes to these apps from now on").waitFor();
  await page.getByRole("row").filter({ hasText: name }).filter({ hasText: app }).waitFor();
  assert.equal(await has("amplify", student), false);
  assert.equal(await has("alexandria", student), true);

  await page.getByRole("button", { name: `Open ${name}, ${app}` }).click();
  await page.getByLabel("All apps").check();
  await page.getByRole("button", { name: "Opt out" }).click();
  await page.getByRole("row").filter({ hasText: name }).filter({ hasText: "All apps" }).waitFor();
  await looksWell(page, "opt-outs");
  assert.equal(await has("alexandria", student), false);

  // What a removal opens is said before.
  await page.getByRole("button", { name: `Open ${name}, All apps` }).click();
  await page.getByRole("button", { name: "Remove the opt-out of All apps" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText(/sent again to: .*Alexandria/).waitFor();
  assert.equal(await dialog.getByText(app).count(), 0);
  await looksWell(page, "opt-outs-remove");
  await dialog.getByRole("button", { name: "Cancel" }).click();
  assert.equal(await has("alexandria", student), false);
  await removes(page, student);
  assert.equal(await has("alexandria", student), true);
  assert.equal(await has("amplify", student), true);
});

test("a file is taken whole or not at all", async () => {
  const [, one, other] = students;
  const csv = (...lines) => ({ name: "opt-outs.csv", mimeType: "text/csv", buffer: Buffer.from(["sourcedId,app", ...lines, ""].join("\n")) });
  const quoted = (text) => `"${text.replaceAll('"', '""')}"`;
  const page = await visit({ as: "admin", refusals: [422] });
  await page.goto("/apps/opt-outs");
  await page.getByLabel("CSV file").setInputFiles(csv(`${quoted(one.sourcedId)},`, "nobody,amplify"));
  await page.getByRole("button", { name: "Send the file" }).click();
  await page.getByText("Line 3: The roster never had a student").waitFor();
  await looksWell(page, "opt-outs-wrong-file");
  assert.equal(await has("amplify", one), true);

  await page.getByLabel("CSV file").setInputFiles(csv(`${quoted(one.sourcedId)},`, `${quoted(other.sourcedId)},amplify`));
  await page.getByRole("button", { name: "Send the file" }).click();
  await page.getByText("2 opt-outs added, 0 there already.").waitFor();
  for (const student of [one, other]) assert.equal(await has("amplify", student), false);
  assert.equal(await has("alexandria", other), true);
});

test("the deeds work without script", async () => {
  const student = students[3];
  const page = await visit({ as: "admin", script: false });
  await opens(page, student);
  await page.getByRole("button", { name: "Opt out" }).click();
  await page.getByText("Nothing of the student goes to these apps from now on").waitFor();
  assert.equal(await has("amplify", student), false);
  await removes(page, student);
  assert.equal(await has("amplify", student), true);
});
