// Packages are uploaded: tried, stored, refused in part, held, accepted, discarded.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { looksWell, shoot, visit } from "./house.mjs";
import { district, houseOf, imported, uploads } from "./own.mjs";
import { accept, discard, dryRun } from "./words.mjs";

let house;
before(async () => { house = await houseOf(); });

// verdict is how the report of the page says that the import ended.
const verdict = (page) => page.locator(".page-header .status").textContent();

// people is how many users the roster has.
async function people(page) {
  await page.goto("/");
  return Number(await page.getByRole("row").filter({ hasText: "Users" }).getByRole("cell").textContent());
}

// wrongEnrollments is a package with a wrong role in some enrollments.
const wrongEnrollments = (rows) => district(40, {
  "enrollments.csv": (text) => { let left = rows; return text.replace(/,student,/g, (role) => (left-- > 0 ? ",lodger," : role)); },
});

// half is a package with few of the users, and what hangs on them.
const half = () => district(10);

test("a dry run says what would change, and stores nothing", async () => {
  const page = await visit({ at: house, as: "admin" });
  await uploads(page, district(40), { dryRun });
  assert.equal(await verdict(page), "Dry run: would be stored");
  await looksWell(page, "import-dry-run");
  assert.equal(await people(page), 0);
});

test("rows that will not do are refused and named, and the rest is stored", async () => {
  const page = await visit({ at: house, as: "admin" });
  await uploads(page, wrongEnrollments(1));
  assert.equal(await verdict(page), "Stored");
  const counts = page.getByRole("table", { name: "By kind of record" }).getByRole("row").filter({ hasText: "Enrollments" });
  assert.equal(await counts.getByRole("cell").last().textContent(), "1");
  const cause = page.getByRole("row").filter({ hasText: "enrollments.csv" });
  assert.match(await cause.textContent(), /is not one of OneRoster.s words.*role/s);
  assert.doesNotMatch(await page.content(), /lodger/, "a report names no value");
  await looksWell(page, "import-stored");
  const link = await page.getByRole("link", { name: "Download problems as CSV" }).getAttribute("href");
  assert.match(await (await page.request.get(link)).text(), /enrollments\.csv/);
  assert.equal(await people(page), 120);
});

test("a package with too many refused rows is held, and can be discarded", async () => {
  const page = await visit({ at: house, as: "admin" });
  await uploads(page, wrongEnrollments(20));
  assert.match(await verdict(page), /^Held/);
  await page.getByRole("button", { name: discard }).click();
  await page.goto("/imports");
  assert.equal(await page.getByRole("row").filter({ hasText: "Held, waits" }).count(), 0);
});

test("one org with a wrong type is told first, with all that falls with it", async () => {
  const page = await visit({ at: await houseOf(), as: "admin" }); // one that has no earlier version of the org
  await uploads(page, district(40, { "orgs.csv": (text) => text.replace(",school,", ",scool,") }), { dryRun });
  const causes = page.getByRole("table", { name: "Problems by cause" }).locator("tbody").getByRole("row");
  const first = await causes.first().textContent();
  assert.match(first, /is not one of OneRoster.s words\d+ rows fall with it: .*\d+ of users\.csv.*orgs\.csv/s);
  assert.equal(await page.getByText("refers to a row that is refused").count(), 0, "what falls is no cause of its own");
  await page.getByText(/lines with a problem are not named here/).waitFor();
  const link = await page.getByRole("link", { name: "CSV", exact: true }).getAttribute("href");
  const csv = await (await page.request.get(link)).text();
  assert.match(csv, /^error,orgs\.csv,\d+,type,.*$/m);
  assert.ok(csv.split("\n").filter((line) => /,the value refers to a row that is refused,,orgs\.csv type: /.test(line)).length > 100);
  await looksWell(page, "import-causes");
  const before = page.viewportSize();
  for (const width of [1440, 390]) {
    for (const colorScheme of ["light", "dark"]) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme });
      await shoot(page, `import-causes-${colorScheme}-${width}`);
    }
  }
  await page.setViewportSize(before);
});

test("a package that would remove much is held until an admin accepts it", async () => {
  const page = await visit({ at: house, as: "admin" });
  await uploads(page, half());
  assert.match(await verdict(page), /^Held/);
  await page.getByText("This package would change more than usual").waitFor();
  await looksWell(page, "import-held");
  const report = page.url();
  assert.equal(await people(page), 120);
  await looksWell(page, "dashboard-held");
  await page.goto(report);
  await page.getByRole("button", { name: accept }).click();
  await imported(page);
  await page.getByText("Stored", { exact: true }).first().waitFor();
  assert.ok((await people(page)) < 120);
  await page.goto("/imports");
  await page.getByRole("row").filter({ hasText: "Stored" }).first().waitFor();
  await looksWell(page, "imports");
});

test("what is no package is refused, and the form says what it needs", async () => {
  const page = await visit({ at: house, as: "admin", refusals: [422] });
  await page.goto("/imports");
  await page.getByRole("button", { name: "Upload" }).click();
  await page.getByText("Choose a zip of OneRoster CSV, or a folder.").waitFor();
  await looksWell(page, "imports-wrong");
  await page.getByLabel("Zip", { exact: true }).setInputFiles({ name: "district.zip", mimeType: "application/zip", buffer: Buffer.from("no zip") });
  await page.getByRole("button", { name: "Upload" }).click();
  await page.getByRole("link", { name: "Download problems as CSV" }).waitFor();
  assert.equal(await verdict(page), "Refused");
  await looksWell(page, "import-refused");
});

test("a folder is uploaded without script", async () => {
  const page = await visit({ at: house, as: "admin", script: false });
  await uploads(page, district(10));
  await page.getByText(/Nothing new|Stored/).first().waitFor();
});
