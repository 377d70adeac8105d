package dev.adp.terraform.cty;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ValueTest {
  @Test
  void numbersAreEqualWhateverTheirScale() {
    assertThat(Value.number(new BigDecimal("12.50")))
        .isEqualTo(Value.number(new BigDecimal("12.5")));
  }

  @Test
  void setsAreEqualWhateverTheirOrder() {
    assertThat(Value.set(List.of("a", "b")))
        .isEqualTo(Value.set(List.of("b", "a")))
        .hasSameHashCodeAs(Value.set(List.of("b", "a")))
        .isNotEqualTo(Value.set(List.of("a")));
  }

  @Test
  void stringsAreEqualWhateverTheirNormalizationForm() {
    assertThat(Value.text("e\u0301")).isEqualTo(Value.text("\u00e9"));
  }

  @Test
  void stateOfAnOlderSchemaIsReadAsFarAsItGoes() {
    Type type = new Type.ObjectOf(new TreeMap<>(Map.of("kept", Type.NUMBER, "new", Type.STRING)));
    byte[] json = "{\"kept\":0.1,\"gone\":{\"a\":1}}".getBytes(StandardCharsets.UTF_8);
    assertThat(ValueJson.decode(json, type))
        .isEqualTo(
            Value.Structure.of(
                Map.of("kept", Value.number(new BigDecimal("0.1")), "new", Value.Null.NULL)));
  }

  @Test
  void pathsReadAsInAConfiguration() {
    assertThat(Path.of("provider_models").key("gpt-5.4").attribute("custom_pricing"))
        .hasToString("provider_models[\"gpt-5.4\"].custom_pricing");
    assertThat(Path.of("list").index(2)).hasToString("list[2]");
    assertThat(Path.of("labels").key("a\n\"b\"\\"))
        .hasToString("labels[\"a\\u000a\\\"b\\\"\\\\\"]");
  }
}
