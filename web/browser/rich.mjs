// A house as it is after a year: long names, an import with problems and one that waits,
// apps that were synced and refused, and permissions that were saved more than once.
import { uploads, district, houseOf } from "./own.mjs";
import { answer, newClient } from "./client.mjs";
import { finds } from "./deeds.mjs";
import { visit } from "./house.mjs";

const long = { email: "christopher.montgomery-fitzgerald@northgate-unified.k12.ca.us", password: "correct horse battery" };

// wrongRows is a package with a wrong role in some of its rows.
const wrongRows = () => district(40, {
  "enrollments.csv": (text) => { let left = 1; return text.replace(/,student,/g, (role) => (left-- > 0 ? ",lodger," : role)); },
});

// richHouse is such a house. Its apps are named by their ids.
export async function richHouse() {
  const house = await houseOf(long);
  const page = await visit({ at: house, as: "admin" });
  await page.request.post("/settings", { form: { name: "Northgate Unified School District", time_zone: "America/Los_Angeles" } });
  await uploads(page, wrongRows());
  await uploads(page, district(10)); // is held
  for (const app of [{ preset: "amplify" }, { preset: "eduready360" }, { name: "Northgate Assessment and Intervention Platform", id: "northgate-assessment-intervention" }]) {
    await adds(page, app);
  }
  await saves(page, "/apps/amplify/agreement", "Enrollment and placement of multilingual learners");
  await saves(page, "/apps/amplify/agreement", "Enrollment, placement and reclassification");
  await page.request.post("/settings/people/add", { form: { email: "alexandria.featherstonehaugh@northgate-unified.k12.ca.us", name: "Dr. Alexandria Featherstonehaugh-Wainwright", role: "auditor" } });
  await page.goto("/apps/amplify/preview");
  await finds(page, "", "st-000003");
  await page.getByRole("button", { name: /^Preview/ }).first().click();
  await page.getByRole("heading", { name: "Field by field" }).waitFor();
  await page.context().close();
  return house;
}

// adds adds an app, enables it, and asks as it: for people, and for what there is not.
async function adds(page, { preset, name, id }) {
  await page.goto("/apps/add");
  await page.locator(`input[name=preset][value="${preset ?? ""}"]`).check();
  if (name) await page.getByLabel("Name").fill(name);
  if (id) await page.getByLabel("ID").fill(id);
  await page.getByRole("button", { name: "Add" }).click();
  const again = page.getByRole("button", { name: "Add", exact: true });
  await page.locator("#client-secret").or(again).waitFor();
  if (await again.count()) await again.click();
  await page.locator("#client-secret").waitFor();
  const client = await newClient(page);
  await page.goto(`/apps/${id ?? preset}/enable`);
  await page.getByRole("button", { name: "Enable" }).click();
  for (const path of ["/users?limit=5", "/enrollments?limit=5", "/demographics", "/nowhere"]) await answer(client, path);
}

// saves gives an app's permissions another purpose, with a reason.
async function saves(page, path, purpose) {
  await page.goto(path);
  await page.getByLabel("Purpose").fill(purpose);
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByLabel("Reason").fill("As agreed with the vendor and the parents’ council in the meeting of November");
  await page.getByRole("button", { name: "Confirm" }).click();
  await page.getByText("It holds from the next answer on").waitFor();
}

// everyPage goes to each page that a person can go to by links, from the first one on, but
// for files, and yields its address while it is open. Of pages that differ only by the app,
// the person or the number that they are about, it has the first.
export async function* everyPage(page) {
  const found = ["/", "/imports/1", "/imports/2"];
  const kinds = new Set();
  const isNew = (link) => {
    const kind = link.replace(/\/apps\/(?!add)[^/?]+/, "/apps/APP").replace(/app=[^&]*/, "app=APP").replace(/\/people\/(?!add)[^/?]+/, "/people/ID").replace(/\d+/g, "N");
    return kinds.size < kinds.add(kind).size;
  };
  for (const address of found) { // grows meanwhile
    await page.goto(address);
    const links = await page.locator("a[href^='/']").evaluateAll((all) => all.map((a) => a.getAttribute("href").split("#")[0]));
    for (const link of links) if (!/[?&](sort|page)=/.test(link) && !/download|problems|^\/api/.test(link) && isNew(link)) found.push(link);
    yield address;
  }
}
