// Compares the costs of the golden table with those of @pydantic/genai-prices, whose figures and code
// have nothing to do with ours. Each difference must be listed, with its figure and a reason.
//
//   node golden-oracle.mjs <golden.tsv> <oracle-differences.tsv>
import { calcPrice } from "@pydantic/genai-prices";
import { readTable } from "./golden-costs.mjs";

const PROVIDERS = { OPENAI: "openai", ANTHROPIC: "anthropic", GOOGLE: "google", BEDROCK: "aws" };
const WHEN = new Date("2026-11-24T12:00:00Z");
const MICROCENTS_PER_USD = 1e8;
/** Each of eight buckets is rounded by at most half a microcent; the oracle counts in floats. */
const TOLERANCE_MICROCENTS = 4.01;

/** In microcents; null when the oracle does not know the model. */
function oracle(row) {
  const tokens = (...buckets) => buckets.reduce((sum, bucket) => sum + Number(row[bucket]), 0);
  const written = ["cache_creation_5m", "cache_creation_1h", "cache_creation_unknown_ttl"];
  const usage = {
    input_tokens: tokens("input", "cached", "tool_use_input", ...written),
    cache_read_tokens: tokens("cached"),
    cache_write_tokens: tokens(...written),
    output_tokens: tokens("output", "reasoning"),
  };
  if (row.cache_creation_1h !== "0") {
    usage.cache_write_1h_tokens = tokens("cache_creation_1h");
  }
  const names = row.provider_type === "BEDROCK"
    ? [row.model, row.model_answered] : [row.model_answered, row.model];
  for (const name of names.filter((name) => name !== "")) {
    try {
      const price = calcPrice(usage, name, { providerId: PROVIDERS[row.provider_type], timestamp: WHEN });
      if (price !== null) {
        return price.total_price * MICROCENTS_PER_USD;
      }
    } catch (error) {
      return null; // It knows the model, but no price for one of the buckets.
    }
  }
  return null;
}

const rows = readTable(process.argv[2])
  .filter((row) => row.provider_type in PROVIDERS && Number(row.input) + Number(row.output) > 0);
const listed = new Map(readTable(process.argv[3]).map((row) => [row.case, row]));
const problems = [];
let agreeing = 0;
for (const row of rows) {
  const theirs = oracle(row);
  const known = listed.get(row.case);
  listed.delete(row.case);
  const differs = theirs === null || Math.abs(theirs - Number(row.cost_total)) > TOLERANCE_MICROCENTS;
  const figure = theirs === null ? "unknown" : String(Math.round(theirs));
  if (!differs) {
    agreeing++;
    if (known !== undefined) {
      problems.push(`${row.case}: agrees now; take it out of the list of differences`);
    }
  } else if (known === undefined) {
    problems.push(`${row.case}: the table says ${row.cost_total}, the oracle ${figure}`);
  } else if (known.oracle_microcents !== figure) {
    problems.push(`${row.case}: the oracle says ${figure}, listed is ${known.oracle_microcents}`);
  }
}
[...listed.keys()].forEach((name) => problems.push(`${name}: listed, but not compared`));
problems.forEach((problem) => console.log(problem));
console.log(`${agreeing} of ${rows.length} costs agree`);
process.exitCode = problems.length === 0 ? 0 : 1;
