// Works out the costs of the golden table from its tokens and rates, apart from the product's own
// code: rates in USD per million, costs in microcents (USD 1 = 100,000,000), exact integers, rounded
// half-even once per bucket.
//
//   node golden-costs.mjs <golden.tsv>           fails and says where the table is wrong
//   node golden-costs.mjs <golden.tsv> --write   fills its cost columns
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const BUCKETS = [
  "input", "output", "cached", "cache_creation_5m", "cache_creation_1h",
  "cache_creation_unknown_ttl", "reasoning", "tool_use_input",
];
/** Which of the five rates (input/output/cached/5m/1h) a bucket is billed at. */
const RATE_OF = [0, 1, 2, 3, 4, 3, 1, 0];
const MICROCENTS_PER_USD = 100_000_000n;
const SCALE = 1_000_000n; // Rates and factors have at most six decimals.

export function readTable(path) {
  const [head, ...lines] = readFileSync(path, "utf8").trimEnd().split("\n");
  const names = head.split("\t");
  return lines.map((line) => {
    const values = line.split("\t");
    if (values.length !== names.length) {
      throw new Error(`${values[0]}: ${values.length} columns instead of ${names.length}`);
    }
    return Object.fromEntries(names.map((name, i) => [name, values[i]]));
  });
}

/** A decimal of at most six places, times a million. */
function scaled(decimal) {
  const match = /^(\d+)(?:\.(\d{1,6}))?$/.exec(decimal);
  if (match === null) {
    throw new Error(`not a decimal: ${decimal}`);
  }
  return BigInt(match[1]) * SCALE + BigInt((match[2] ?? "").padEnd(6, "0"));
}

function roundedHalfEven(numerator, denominator) {
  const quotient = numerator / denominator;
  const twice = (numerator % denominator) * 2n;
  const up = twice > denominator || (twice === denominator && quotient % 2n === 1n);
  return up ? quotient + 1n : quotient;
}

/** "2.5/10/1.25/-/-", with a factor "x0.5" behind; "-" alone when no rate is known. */
export function rates(text) {
  const [list, factor = "x1"] = text.split(" ");
  const five = list === "-" ? ["-", "-", "-", "-", "-"] : list.split("/");
  if (five.length !== 5) {
    throw new Error(`not five rates: ${text}`);
  }
  return five.map((rate) => (rate === "-" ? null : scaled(rate) * scaled(factor.slice(1))));
}

export function expected(row) {
  const perMillion = rates(row.rates);
  let total = 0n;
  let unpriced = 0n;
  const columns = {};
  BUCKETS.forEach((bucket, i) => {
    const tokens = BigInt(row[bucket]);
    const rate = perMillion[RATE_OF[i]];
    if (rate === null) {
      unpriced += tokens;
    }
    const cost =
      rate === null ? 0n
        : roundedHalfEven(tokens * rate * MICROCENTS_PER_USD, SCALE * SCALE * 1_000_000n);
    columns[`cost_${bucket}`] = String(cost);
    total += cost;
  });
  return { ...columns, cost_total: String(total), unpriced: String(unpriced) };
}

function main(path, write) {
  const rows = readTable(path);
  if (write) {
    const filled = rows.map((row) => ({ ...row, ...expected(row) }));
    const lines = [Object.keys(rows[0]), ...filled.map((row) => Object.values(row))];
    writeFileSync(path, lines.map((values) => values.join("\t") + "\n").join(""));
    return;
  }
  const wrong = rows.flatMap((row) =>
    Object.entries(expected(row))
      .filter(([column, value]) => row[column] !== value)
      .map(([column, value]) => `${row.case}: ${column} is ${row[column]}, must be ${value}`));
  wrong.forEach((line) => console.log(line));
  process.exitCode = wrong.length === 0 ? 0 : 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  main(process.argv[2], process.argv.includes("--write"));
}
