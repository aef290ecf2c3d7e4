// What a vendor documents no use for stays hidden, whatever is ticked, until an admin lifts
// the ceiling for one field with a reason.
import assert from "node:assert/strict";
import { test } from "node:test";
import { answer, records } from "./client.mjs";
import { goesBack } from "./deeds.mjs";
import { fits, looksWell, shoot, visit } from "./house.mjs";

const app = "eduready360";

// pictures takes the page wide and narrow, as people have it.
async function pictures(page, name) {
  for (const width of [1440, 390]) {
    await page.setViewportSize({ width, height: 900 });
    await fits(page);
    await shoot(page, `${name}-${width}`);
  }
  await page.setViewportSize({ width: 1280, height: 800 });
}

for (const script of [true, false]) {
  test(`the ceiling is lifted for a birth date, and holds again, ${script ? "with" : "without"} script`, async () => {
    const page = await visit({ as: "admin", script, refusals: [422] });
    await page.goto(`/apps/${app}/dataguard?entity=demographics`);
    await page.getByLabel("Enable Demographics").check();
    for (const name of [/^Birth date/, /^Sex/]) await page.getByRole("checkbox", { name }).check();
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Eduready360's documented use").first().waitFor();
    if (script) await pictures(page, "ceiling-panel");
    await page.getByRole("button", { name: "Confirm" }).click();
    await page.getByText("It holds from the next answer on").waitFor();
    assert.equal((await answer(app, "/demographics")).status, 403, "the ceiling hides all of it");
    const row = page.getByRole("row").filter({ hasText: "birthDate" });
    await row.getByText("Hidden by the ceiling of this app").waitFor();
    if (script) {
      await looksWell(page, "ceiling-guard");
      await pictures(page, "ceiling-guard");
    }

    await row.getByRole("link", { name: "Lift the ceiling for Birth date" }).click();
    await page.getByRole("region", { name: "What changes" }).getByText("Birth date birthDate").waitFor();
    await page.getByRole("button", { name: "Confirm" }).click();
    await page.getByText("a lift needs a reason").waitFor();
    if (script) {
      await looksWell(page, "ceiling-lift");
      await pictures(page, "ceiling-lift");
    }
    await page.getByLabel("Reason").fill("The board agreed");
    await page.getByRole("button", { name: "Confirm" }).click();
    await row.getByText("The ceiling is lifted for it: The board agreed").waitFor();
    if (script) await pictures(page, "ceiling-lifted");
    const [one] = await records(app, "/demographics?limit=1");
    assert.ok("birthDate" in one && !("sex" in one), Object.keys(one).join());

    await row.getByRole("link", { name: "Let the ceiling hold again for Birth date" }).click();
    await page.getByRole("button", { name: "Confirm" }).click();
    await row.getByRole("link", { name: "Lift the ceiling for Birth date" }).waitFor();
    assert.equal((await answer(app, "/demographics")).status, 403);
    await goesBack(page, app, 1);
  });
}
