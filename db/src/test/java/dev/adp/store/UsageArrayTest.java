package dev.adp.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.domain.Cost;
import dev.adp.domain.Records;
import dev.adp.domain.Tokens;
import dev.adp.domain.UsageRecord;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A row becomes the same text, whether it can be taken as it is or needs a closer look. */
class UsageArrayTest {
  private final UsageRecords records = new UsageRecords(7);

  /** Spaces between members are what only a parser of JSON understands. */
  @Test
  void rowsAreTakenAsTheyAre() {
    for (int i = 0; i < 500; i++) {
      String row = UsageJson.of(records.next());
      assertThat(array(row)).isEqualTo(array(new JsonObject(row).encodePrettily()));
    }
  }

  /** A journal may still hold what earlier builds wrote. */
  @Test
  void longRowsAreTheSameAsShortOnes() {
    for (int i = 0; i < 100; i++) {
      assertSameInFull(Records.with(records.next(), Map.of("connectionTest", true)));
    }
    assertSameInFull(
        Records.with(
            records.next(),
            Map.of("connectionTest", true, "tokens", Tokens.NONE, "cost", Cost.NONE)));
  }

  private static void assertSameInFull(UsageRecord record) {
    JsonObject full = UsageRecords.inFull(record);
    assertThat(full.size()).isGreaterThan(new JsonObject(UsageJson.of(record)).size());
    assertThat(array(UsageJson.of(record))).isEqualTo(array(full.encode()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\"",
        "\\",
        "a\\",
        "a,b",
        "(a)",
        "{}",
        "a\":1,\"b",
        "é",
        "模型",
        "😀",
        "\u0001",
        "\u007f",
        "\u2028"
      })
  void soAreNames(String name) {
    String row = UsageJson.of(records.plain(name));
    assertThat(array(row)).isEqualTo(array(new JsonObject(row).encodePrettily()));
  }

  @Test
  void whatARowDoesNotTellIsNothing() {
    assertThat(array("{\"model\":\"m\",\"status\":200,\"streamed\":true,\"cost_input\":-5}"))
        .isEqualTo(
            "{\"(,,,,\\\"m\\\",,,\\\"\\\",\\\"\\\",,true,,200,,\\\"\\\",,,,,0,0,0,0,0,0,0,0,"
                + "-5,0,0,0,0,0,0,0,0,,,,,)\"}");
  }

  /** The journal is a file: what others have written into it must not shift other columns. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"model\":\"m\",\"unknown\":1,\"agent\":\"a\"}",
        "{\"agent\":\"a\",\"model\":\"m\"}",
        "{\"model\":\"m\",\"model\":\"n\"}",
        "{\"model\":null,\"agent\":\"a\"}",
        "{\"status\":1.5}",
        "{\"status\":-}",
        "{\"status\":truely}",
        "{\"status\":1e3}",
        "{\"status\":[1,2]}",
        "{\"model\":{\"a\":1},\"agent\":\"a\"}",
        "{\"model\":\"m\"}}",
        "{\"model\":\"m\",}",
        "{\"model\":\"m\"",
        "{\"model\" :\"m\"}",
        "{\"mod\\u0065l\":\"m\"}",
        "[\"model\"]",
        "model",
        ""
      })
  void anythingElseIsReadAsJsonIsRead(String row) {
    assertThat(outcome(row)).isEqualTo(outcome(" " + row));
  }

  @Test
  void rowsStandOneBehindTheOther() {
    assertThat(
            UsageArray.of(
                List.of(JournalRow.of("{\"model\":\"m\"}"), JournalRow.of("{\"model\":\"n\"}"))))
        .matches("\\{\"\\(,,,,\\\\\"m\\\\\",.*\\)\",\"\\(,,,,\\\\\"n\\\\\",.*\\)\"}");
  }

  private static String outcome(String row) {
    try {
      return array(row);
    } catch (RuntimeException e) {
      return e.getClass().getSimpleName();
    }
  }

  private static String array(String row) {
    return UsageArray.of(List.of(JournalRow.of(row)));
  }
}
