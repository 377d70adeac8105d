package dev.adp.terraform.redpanda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.terraform.cty.Value;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://api.example.com/v1",
        " http://localhost:1/ ",
        "http://my_container:8000/v1",
        "http://[::1]:9/",
        "http://10.0.0.7:8000/v1",
        "http://host1.example:1/"
      })
  void baseUrls(String url) {
    assertThat(Texts.BASE_URL.violation(Value.text(url))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "api.example.com",
        "ftp://x",
        "http://u:p@x",
        "http://x/?q",
        "http://x/#f",
        "http://x:0",
        "http://x:65536",
        "http://my_container:0",
        "http://my_container:65536",
        "http:///v1",
        "http://a b",
        "http://127.1",
        "http://0x7f000001:8000/v1",
        "http://2130706433/"
      })
  void whatIsNoBaseUrl(String url) {
    assertThat(Texts.BASE_URL.violation(Value.text(url))).isPresent();
  }

  /** Terraform's 1 - 0.9 - 0.1 is not quite nothing. */
  @ParameterizedTest
  @ValueSource(strings = {"0", "-1e-155", "1e-155", "9999.99999999"})
  void pricesUpToNoiseAtBothEnds(String usd) {
    var price = new BigDecimal(usd);
    assertThat(Texts.USD.violation(new Value.Numeric(price))).isEmpty();
    BigDecimal toTheMost = BigDecimal.valueOf(10_000).subtract(price);
    assertThat(Texts.USD.violation(new Value.Numeric(toTheMost))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"-0.00000001", "10000.00000001", "0.000000001"})
  void whatIsNoPrice(String usd) {
    assertThat(Texts.USD.violation(new Value.Numeric(new BigDecimal(usd)))).isPresent();
  }

  @Test
  void lengthsCountCharactersAsPeopleDo() {
    assertThat(Texts.DISPLAY_NAME.violation(Value.text("😀".repeat(253)))).isEmpty();
    assertThat(Texts.DISPLAY_NAME.violation(Value.text("😀".repeat(254))))
        .contains("must have at most 253 characters");
  }

  @Test
  void whatCannotBeSeenIsNoName() {
    assertThat(Texts.DISPLAY_NAME.violation(Value.text(" \u200b"))).contains("must not be empty");
  }

  /** Its fractions are binary. */
  @Test
  void whatTerraformCalculatesIsNotQuiteWhatPeopleMean() {
    BigDecimal noise = BigDecimal.ONE.movePointLeft(150);
    for (BigDecimal usd :
        List.of(BigDecimal.valueOf(18, 2).add(noise), BigDecimal.valueOf(18, 2).subtract(noise))) {
      assertThat(Texts.USD.violation(Value.number(usd))).isEmpty();
      assertThat(
              Prices.toMicrocents(
                  Value.Structure.of(Map.of("input_per_million", Value.number(usd)))))
          .hasToString("{\"input_per_million\":\"18000000\"}");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "10000", "0.00000001", "9999.99999999"})
  void prices(BigDecimal usd) {
    assertThat(Texts.USD.violation(Value.number(usd))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "10000.00000001", "0.000000001"})
  void whatIsNoPrice(BigDecimal usd) {
    assertThat(Texts.USD.violation(Value.number(usd))).isPresent();
  }

  @Test
  void labelsAreFewAndShort() {
    var labels = new TreeMap<String, Value>();
    labels.put("team", Value.text("a"));
    labels.put("later", Value.Unknown.UNKNOWN);
    assertThat(Texts.LABELS.violation(new Value.Entries(labels))).isEmpty();
    labels.put("n".repeat(64), Value.text(""));
    assertThat(Texts.LABELS.violation(new Value.Entries(labels)))
        .contains("must have names of at most 63 characters");
    labels.remove("n".repeat(64));
    for (int i = 0; i < 64; i++) {
      labels.put("n" + i, Value.text(""));
    }
    assertThat(Texts.LABELS.violation(new Value.Entries(labels))).contains("must be at most 64");
  }
}
