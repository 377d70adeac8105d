package dev.adp.terraform.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProtoTest {
  /** The examples of the encoding's own documentation. */
  @Test
  void writesWhatTheSpecificationShows() {
    assertThat(HexFormat.of().formatHex(new ProtoWriter().number(1, 150).toByteArray()))
        .isEqualTo("089601");
    assertThat(HexFormat.of().formatHex(new ProtoWriter().string(2, "testing").toByteArray()))
        .isEqualTo("120774657374696e67");
    assertThat(
            HexFormat.of()
                .formatHex(
                    new ProtoWriter().message(3, new ProtoWriter().number(1, 150)).toByteArray()))
        .isEqualTo("1a03089601");
    assertThat(HexFormat.of().formatHex(new ProtoWriter().number(1, -2).toByteArray()))
        .isEqualTo("08feffffffffffffffff01");
  }

  @Test
  void defaultsAreLeftOutUnlessTheirPresenceCounts() {
    assertThat(new ProtoWriter().string(1, "").bool(2, false).number(3, 0).toByteArray()).isEmpty();
    assertThat(new ProtoWriter().explicit(2, 0).explicit(1, "").toByteArray())
        .isEqualTo(HexFormat.of().parseHex("10000a00"));
  }

  @Test
  void whatIsWrittenIsReadAgain() {
    byte[] bytes =
        new ProtoWriter()
            .string(1, "é")
            .number(2, Long.MIN_VALUE)
            .bool(3, true)
            .messages(4, List.of(new ProtoWriter().number(1, 1), new ProtoWriter()))
            .map(5, Map.of("k", new ProtoWriter().string(1, "v")))
            .toByteArray();
    ProtoMessage message = ProtoMessage.of(bytes);
    assertThat(message.string(1)).isEqualTo("é");
    assertThat(message.number(2)).isEqualTo(Long.MIN_VALUE);
    assertThat(message.bool(3)).isTrue();
    assertThat(message.messages(4)).hasSize(2);
    assertThat(message.messages(5).getFirst().string(1)).isEqualTo("k");
    assertThat(message.messages(5).getFirst().message(2).string(1)).isEqualTo("v");
    assertThat(message.string(9)).isEmpty();
  }

  @Test
  void unknownFieldsOfEveryWireTypeAreSkipped() {
    ProtoMessage message =
        ProtoMessage.of(HexFormat.of().parseHex("a10100000000000000009d01000000000a0161"));
    assertThat(message.string(1)).isEqualTo("a");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"0a05", "0a", "08", "0b", "08ffffffffffffffffffff01", "0affffffffffffffffff01"})
  void damagedMessagesAreRefused(String hex) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ProtoMessage.of(HexFormat.of().parseHex(hex)));
  }
}
