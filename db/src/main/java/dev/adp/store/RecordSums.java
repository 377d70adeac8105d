package dev.adp.store;

import static dev.adp.store.schema.Tables.USAGE_ROLLUP;

import dev.adp.domain.LatencyBins;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jooq.Field;

/**
 * What records sum up to that are stored together, as lines of COPY for the places that {@code
 * usage_add} and {@code usage_add_latencies} read. {@link UsageRows} says the same of records that
 * are looked at one by one.
 */
final class RecordSums {
  private static final List<String> KEYS =
      List.of("bucket_start", "provider_uid", "provider_type", "model", "user_name", "agent");

  private static final List<String> MEASURES =
      Stream.of(USAGE_ROLLUP.fields())
          .map(Field::getName)
          .filter(name -> !KEYS.contains(name))
          .toList();

  /** What the lines of {@link #writeSums} bring. */
  static final List<String> SUM_COLUMNS = Stream.concat(KEYS.stream(), MEASURES.stream()).toList();

  /** What the lines of {@link #writeTimings} bring. */
  static final List<String> TIMING_COLUMNS =
      List.of("provider_uid", "model", "bucket_start", "latency", "first_token");

  private static final int STARTED_AT = CopyLine.place("started_at");
  private static final int PROVIDER_UID = CopyLine.place("provider_uid");
  private static final int MODEL = CopyLine.place("model");
  private static final int USER_NAME = CopyLine.place("user_name");
  private static final int AGENT = CopyLine.place("agent");
  private static final int OUTCOME = CopyLine.place("outcome");
  private static final int USAGE_STATE = CopyLine.place("usage_state");
  private static final int STREAMED = CopyLine.place("streamed");
  private static final int LATENCY = CopyLine.place("latency_micros");
  private static final int FIRST_BYTE = CopyLine.place("first_byte_micros");

  private static final int REQUESTS = MEASURES.indexOf("requests");
  private static final int FAILED = MEASURES.indexOf("failed_requests");
  private static final int MISSING_USAGE = MEASURES.indexOf("missing_usage_requests");

  /** Where a record has the measures that are columns of its own; -1 for the others. */
  private static final int[] SUMMED =
      MEASURES.stream().mapToInt(CopyLine.COLUMNS::indexOf).toArray();

  private static final byte[] OK = ascii("OK");
  private static final byte[] MISSING = ascii("MISSING");
  private static final byte[] TRUE = ascii("true");
  private static final byte[] FALSE = ascii("false");

  private static final int QUARTER_SECONDS = 15 * 60;
  private static final int MINUTE_CHARS = "2026-01-31T23:59".length();
  private static final int TIME_CHARS_MIN = "2026-01-31T23:59:59Z".length();
  private static final int TIME_CHARS_MAX = "2026-01-31T23:59:59.999999Z".length();

  /** By the keys as lines have them. */
  private final Map<String, Sums> sums = new HashMap<>();

  /** By provider, model and hour as lines have them. */
  private final Map<String, Timings> timings = new HashMap<>();

  private final ByteText key = new ByteText(256);

  /** The minute of the row before, most often that of the next as well. */
  private byte[] minute = new byte[0];

  private byte[] quarter = minute;
  private byte[] hour = minute;
  private Instant earliest = Instant.MAX;

  /** What calls sum up to that are alike, and how long they took with others of their hour. */
  private static final class Sums {
    private final long[] measures = new long[SUMMED.length];
    private final Timings timings;

    Sums(Timings timings) {
      this.timings = timings;
    }

    void add(int measure, long more) {
      measures[measure] = Math.addExact(measures[measure], more);
    }
  }

  /** Calls by how long they took, as {@link LatencyBins} has them. */
  private static final class Timings {
    private final long[] latency = new long[LatencyBins.BINS];
    private final long[] firstToken = new long[LatencyBins.BINS];
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * Adds a record.
   *
   * @throws IllegalArgumentException when it has no time or no number where one should be
   * @throws ArithmeticException when the sum does not fit any more
   */
  void add(CopyLine line) {
    time(line);
    key.clear();
    key.append(quarter).append('\t').append(line.bytes(), line.from(PROVIDER_UID), line.to(MODEL));
    key.append('\t').append(line.bytes(), line.from(USER_NAME), line.to(AGENT));
    String name = bytesAsChars(key);
    Sums sum = sums.get(name);
    if (sum == null) {
      sum = new Sums(timings(line));
      sums.put(name, sum);
    }
    sum.add(REQUESTS, 1);
    sum.add(FAILED, line.is(OUTCOME, OK) ? 0 : 1);
    sum.add(MISSING_USAGE, line.is(USAGE_STATE, MISSING) ? 1 : 0);
    for (int measure = 0; measure < SUMMED.length; measure++) {
      if (SUMMED[measure] >= 0) {
        sum.add(measure, line.number(SUMMED[measure]));
      }
    }
    sum.timings.latency[LatencyBins.bin(line.number(LATENCY))]++;
    boolean streamed = line.is(STREAMED, TRUE);
    if (!streamed && !line.is(STREAMED, FALSE)) {
      throw new IllegalArgumentException("neither streamed nor not");
    }
    if (streamed && !line.isNull(FIRST_BYTE)) {
      sum.timings.firstToken[LatencyBins.bin(line.number(FIRST_BYTE))]++;
    }
  }

  private Timings timings(CopyLine line) {
    key.clear();
    key.append(line.bytes(), line.from(PROVIDER_UID), line.to(PROVIDER_UID));
    key.append('\t').append(line.bytes(), line.from(MODEL), line.to(MODEL));
    key.append('\t').append(hour);
    return timings.computeIfAbsent(bytesAsChars(key), _ -> new Timings());
  }

  /** Whatever bytes they are, each is a character: they come out again as they went in. */
  private static String bytesAsChars(ByteText text) {
    return new String(text.bytes(), 0, text.length(), StandardCharsets.ISO_8859_1);
  }

  private void time(CopyLine line) {
    byte[] bytes = line.bytes();
    int from = line.from(STARTED_AT);
    int to = line.to(STARTED_AT);
    if (to - from < TIME_CHARS_MIN || to - from > TIME_CHARS_MAX || !isInMinute(bytes, from, to)) {
      throw new IllegalArgumentException("no time of UTC in microseconds");
    }
    int behindMinute = from + MINUTE_CHARS;
    if (!Arrays.equals(bytes, from, behindMinute, minute, 0, minute.length)) {
      minute = Arrays.copyOfRange(bytes, from, behindMinute);
      Instant start = instant(new String(minute, StandardCharsets.ISO_8859_1) + ":00Z");
      long inQuarter = Math.floorMod(start.getEpochSecond(), QUARTER_SECONDS);
      quarter = ascii(start.minusSeconds(inQuarter).toString());
      hour = ascii(start.truncatedTo(ChronoUnit.HOURS).toString());
      earliest = start.isBefore(earliest) ? start : earliest;
    }
  }

  /** Whether it ends as times do whose first characters are the minute. */
  private static boolean isInMinute(byte[] bytes, int from, int to) {
    int seconds = from + MINUTE_CHARS + 1;
    return bytes[seconds - 1] == ':'
        && bytes[seconds] >= '0'
        && bytes[seconds] <= '5'
        && bytes[to - 1] == 'Z';
  }

  private static Instant instant(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("no time of UTC", e);
    }
  }

  /** No record is of a time before this minute; {@link Instant#MAX} without records. */
  Instant earliest() {
    return earliest;
  }

  /** Writes the sums of all records. */
  void writeSums(OutputStream copy) throws IOException {
    for (Map.Entry<String, Sums> each : sums.entrySet()) {
      writeLine(copy, each.getKey(), joined(each.getValue().measures, "\t", "", ""));
    }
  }

  /** Writes how long all calls took. */
  void writeTimings(OutputStream copy) throws IOException {
    for (Map.Entry<String, Timings> each : timings.entrySet()) {
      Timings calls = each.getValue();
      writeLine(
          copy,
          each.getKey(),
          joined(calls.latency, ",", "{", "}\t") + joined(calls.firstToken, ",", "{", "}"));
    }
  }

  private static String joined(long[] numbers, String between, String before, String behind) {
    return LongStream.of(numbers)
        .mapToObj(String::valueOf)
        .collect(Collectors.joining(between, before, behind));
  }

  private static void writeLine(OutputStream copy, String key, String values) throws IOException {
    copy.write((key + "\t" + values + "\n").getBytes(StandardCharsets.ISO_8859_1));
  }
}
