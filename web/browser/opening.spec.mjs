// Enable and Add show what they open before they do, and do exactly what was shown.
import assert from "node:assert/strict";
import { test } from "node:test";
import { answer, newClient, records } from "./client.mjs";
import { until } from "./deeds.mjs";
import { looksWell, shoot, visit } from "./house.mjs";

// adds goes as far as the page that shows what a preset brings.
async function adds(page, preset, name, id) {
  await page.goto("/apps/add");
  await page.getByRole("radio", { name: preset }).check();
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByRole("textbox", { name: /^id$/i }).fill(id);
  await page.getByRole("button", { name: "Add" }).click();
  await page.getByRole("heading", { level: 1, name: /^Add (?!an app)/ }).waitFor();
}

// pictures takes the page wide and narrow, as people have it.
async function pictures(page, name) {
  for (const width of [1440, 390]) {
    await page.setViewportSize({ width, height: 900 });
    await shoot(page, `${name}-${width}`);
  }
  await page.setViewportSize({ width: 1280, height: 800 });
}

for (const script of [true, false]) {
  test(`special keys open only once they were shown in red, with how many people they reach, ${script ? "with" : "without"} script`, async () => {
    const page = await visit({ as: "admin", script });
    const id = script ? "opening" : "opening-plain";
    await adds(page, /^Amplify/, "Opening", id);
    const brings = page.getByRole("region", { name: "What it will get once it is enabled" });
    await brings.getByText("Given name givenName").waitFor();
    assert.match(await brings.textContent(), /Users\s+Opens\s+Gains \d+ records: .*\d+ students/s);
    assert.equal(await brings.getByText("metadata.iepStatus").count(), 0, "what waits is not opened");
    if (script) await pictures(page, "opening-add");
    await page.getByRole("button", { name: "Add" }).click();
    const app = await newClient(page);

    await page.goto(`/apps/${id}/enable`);
    const happens = page.getByRole("region", { name: "What happens" });
    await happens.getByText("Email email").waitFor();
    assert.equal(await happens.getByText("metadata.iepStatus").count(), 0);
    await page.getByRole("checkbox", { name: /iepStatus/ }).check();
    await page.getByRole("checkbox", { name: /homeLanguage/ }).check();
    await page.getByRole("button", { name: "Enable" }).click();

    await page.getByText("Look once more").waitFor();
    assert.equal((await answer(app, "/students")).status, 401, "nothing has opened yet");
    const special = happens.locator(".change").filter({ hasText: "metadata.iepStatus" });
    assert.match(await page.getByRole("alert").textContent(), /Special: IEP status, of 300 students\./);
    assert.match(await special.textContent(), /Gains\s+Special\s+IEP status metadata\.iepStatus\s*Of .*\d+ students/s);
    assert.ok(await special.locator(".status.bad").filter({ hasText: "Gains" }).isVisible());
    const tick = (key) => page.locator("label.tick").filter({ hasText: key });
    assert.ok(!(await tick("metadata.iepStatus").getByText("Stays hidden unless ticked").isVisible()), "it is ticked");
    assert.ok(await tick("metadata.titleI").getByText("Stays hidden unless ticked").isVisible());
    assert.match(await page.getByText("It opens special or unclassified data").textContent(), /say what the app needs it for/);
    if (script) {
      await looksWell(page, "opening-special");
      await pictures(page, "opening-enable");
    }
    await page.getByLabel("Reason").fill("The new contract");
    await page.getByRole("button", { name: "Enable" }).click();
    await page.getByText(/is enabled: it receives what its permissions open/).waitFor();

    const [one] = await records(app, "/demographics?limit=1");
    assert.deepEqual(Object.keys(one.metadata).sort(), ["homeLanguage", "iepStatus"]);
    await until(async () => {
      await page.goto(`/audit?kind=change&app=${id}`);
      return page.getByText("The new contract").count();
    });
  });
}

test("what somebody saved meanwhile is shown before Enable does it", async () => {
  const page = await visit({ as: "admin", refusals: [409] });
  const other = await visit({ as: "admin" });
  await adds(page, /^Eduready360/, "Meanwhile", "meanwhile");
  await page.getByRole("button", { name: "Add" }).click();
  const app = await newClient(page);
  const changes = async () => {
    await other.getByRole("button", { name: "Save" }).click();
    await other.getByRole("button", { name: "Confirm" }).click();
    await other.getByText("It holds from the next answer on").waitFor();
  };
  await other.goto("/apps/meanwhile/dataguard?entity=users");
  await other.getByRole("checkbox", { name: /^Email/ }).uncheck();
  await changes();
  await page.goto("/apps/meanwhile/enable");
  await page.getByRole("region", { name: "What happens" }).waitFor();

  await other.getByRole("checkbox", { name: /^Email/ }).check();
  await changes();

  await page.getByRole("button", { name: "Enable" }).click();
  await page.getByText("This has changed meanwhile").waitFor();
  assert.match(await page.getByRole("region", { name: "What happens" }).textContent(), /Email email/);
  assert.equal((await answer(app, "/students")).status, 401);
  await page.getByRole("button", { name: "Enable" }).click();
  await page.getByText(/is enabled: it receives what its permissions open/).waitFor();
  assert.ok((await records(app, "/students")).some((student) => student.email));
});
