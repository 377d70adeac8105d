// Compares the shipped price catalogue with npm @pydantic/genai-prices, which is maintained by others
// from the providers' own pages. Differences that were looked at are listed with their reason in
// price-differences.tsv; any other one, and any that is listed but gone, fails.
//
//   npm ci && node check-prices.mjs
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { calcPrice } from "@pydantic/genai-prices";

const CATALOG = "../../db/src/main/resources/catalog/models.tsv";
const PROVIDERS = { OPENAI: "openai", ANTHROPIC: "anthropic", GOOGLE: "google", BEDROCK: "aws" };
const RATES = {
  input: "input_mtok", output: "output_mtok", cached_input: "cache_read_mtok",
  cache_write_5m: "cache_write_mtok", cache_write_1h: "cache_write_1h_mtok",
};
/** One second into the day: rows hold from its first moment. */
const at = (day) => new Date(`${day || "2026-11-24"}T00:00:01Z`);

function lines(path) {
  return readFileSync(fileURLToPath(new URL(path, import.meta.url)), "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
}

function rows() {
  const [head, ...body] = lines(CATALOG);
  const names = head.split("\t");
  return body.map((line) => Object.fromEntries(line.split("\t").map((cell, i) => [names[i], cell])));
}

/** Their rate for a prompt of that many tokens; they count from 271,999 or 272,000, we say "above". */
function theirRate(rate, promptTokens) {
  if (rate === undefined || typeof rate === "number") {
    return String(rate ?? "");
  }
  const tiers = rate.tiers.filter((tier) => promptTokens > tier.start);
  return String(tiers.length === 0 ? rate.base : tiers.at(-1).price);
}

const SHORT = { in: "input", out: "output", cr: "cached_input", cw5m: "cache_write_5m", cw1h: "cache_write_1h" };

/** Our rates by the sizes of prompts at which they change. */
function ourRates(row) {
  const base = Object.fromEntries(Object.keys(RATES).map((rate) => [rate, row[rate]]));
  const tiers = row.tiers.split(" ").filter((tier) => tier !== "").map((tier) => {
    const [above, rates] = tier.split(":");
    const named = rates.split(",").map((pair) => pair.split("="));
    return [Number(above) + 1, { ...base, ...Object.fromEntries(named.map(([k, v]) => [SHORT[k], v])) }];
  });
  return [[1, base], ...tiers];
}

/** What they have for the model at that time; they also answer for names that are merely alike. */
function theirs(row) {
  return calcPrice({ input_tokens: 1 }, row.model, {
    providerId: PROVIDERS[row.provider_type],
    timestamp: at(row.effective_from),
  });
}

const known = new Map(
  lines("price-differences.tsv").slice(1).map((line) => {
    const [type, model, day, rate, ours, others, reason] = line.split("\t");
    return [[type, model, day, rate, ours, others].join("\t"), reason];
  }));
const seen = new Set();
let compared = 0;
let failed = false;
for (const row of rows()) {
  const found = theirs(row);
  if (found === null) {
    continue;
  }
  compared++;
  for (const [prompt, rates] of ourRates(row)) {
    for (const [rate, name] of Object.entries(RATES)) {
      const mine = rates[rate];
      const their = theirRate(found.model_price[name], prompt);
      if (mine === "" || their === "" || Number(mine) === Number(their)) {
        continue; // A rate that one of the two does not list contradicts nothing.
      }
      const key = [row.provider_type, row.model, row.effective_from, `${rate}@${prompt}`, mine, their].join("\t");
      seen.add(key);
      if (!known.has(key)) {
        failed = true;
        console.log(`${key}\tnot looked at (theirs: ${found.model.id})`);
      }
    }
  }
}
for (const key of known.keys()) {
  if (!seen.has(key)) {
    failed = true;
    console.log(`${key}\tlisted, but no difference any more`);
  }
}
console.log(`${compared} rows compared, ${seen.size} rates differ`);
process.exit(failed ? 1 : 0);
