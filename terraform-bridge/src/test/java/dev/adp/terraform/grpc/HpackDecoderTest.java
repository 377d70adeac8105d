package dev.adp.terraform.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The examples of RFC 7541, appendix C, and what nobody may send. */
class HpackDecoderTest {
  private final HpackDecoder decoder = new HpackDecoder(16 << 10);

  private List<String> decode(String hex) throws ConnectionError {
    return decoder.decode(HexFormat.of().parseHex(hex.replace(" ", ""))).stream()
        .map(field -> field.name() + ": " + field.value())
        .toList();
  }

  @ParameterizedTest
  @CsvSource({
    "400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572, custom-key: custom-header",
    "040c 2f73 616d 706c 652f 7061 7468, :path: /sample/path",
    "1008 7061 7373 776f 7264 0673 6563 7265 74, password: secret",
    "82, :method: GET"
  })
  void fieldsOfEachKind(String hex, String field) throws ConnectionError {
    assertThat(decode(hex)).containsExactly(field);
  }

  @Test
  void requestsWithoutHuffman() throws ConnectionError {
    requests(
        "8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d",
        "8286 84be 5808 6e6f 2d63 6163 6865",
        "8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65");
  }

  @Test
  void requestsWithHuffman() throws ConnectionError {
    requests(
        "8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff",
        "8286 84be 5886 a8eb 1064 9cbf",
        "8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf");
  }

  private void requests(String first, String second, String third) throws ConnectionError {
    assertThat(decode(first))
        .containsExactly(
            ":method: GET", ":scheme: http", ":path: /", ":authority: www.example.com");
    assertThat(decode(second))
        .containsExactly(
            ":method: GET",
            ":scheme: http",
            ":path: /",
            ":authority: www.example.com",
            "cache-control: no-cache");
    assertThat(decode(third))
        .containsExactly(
            ":method: GET",
            ":scheme: https",
            ":path: /index.html",
            ":authority: www.example.com",
            "custom-key: custom-value");
  }

  /** The table of 256 octets forgets, so a client says first that it is that small. */
  @Test
  void responsesWithHuffmanAndAFullTable() throws ConnectionError {
    assertThat(
            decode(
                "3fe101 4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0"
                    + "82a6 2d1b ff6e 919d 29ad 1718 63c7 8f0b 97c8 e9ae 82ae 43d3"))
        .containsExactly(
            ":status: 302",
            "cache-control: private",
            "date: Mon, 21 Oct 2013 20:13:21 GMT",
            "location: https://www.example.com");
    assertThat(decode("4883 640e ffc1 c0bf"))
        .containsExactly(
            ":status: 307",
            "cache-control: private",
            "date: Mon, 21 Oct 2013 20:13:21 GMT",
            "location: https://www.example.com");
    assertThat(
            decode(
                "88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab"
                    + "77ad 94e7 821d d7f2 e6c7 b335 dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5"
                    + "291f 9587 3160 65c0 03ed 4ee5 b106 3d50 07"))
        .containsExactly(
            ":status: 200",
            "cache-control: private",
            "date: Mon, 21 Oct 2013 20:13:22 GMT",
            "location: https://www.example.com",
            "content-encoding: gzip",
            "set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "80", // Index 0.
        "be", // Of an empty table.
        "82 20", // The table changes amid a block.
        "3fe21f", // Larger than agreed: 4097.
        "ff ffff ffff ff", // A number without end.
        "40", // Cut off.
        "00 05 61", // A string longer than the block.
        "00 81 00 00", // '0' and three bits of padding that are not ones.
        "00 82 1fff 00", // Eight bits of padding and more.
        "00 84 ffff ffff 00" // The end of strings in a string.
      })
  void whatIsNotHpackIsRefused(String hex) {
    assertThatExceptionOfType(ConnectionError.class)
        .isThrownBy(() -> decode(hex))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.COMPRESSION_ERROR));
  }

  /** A short block can ask for a long field thousands of times. */
  @Test
  void aListThatGrowsBeyondItsBlockIsRefused() throws ConnectionError {
    decoder.decode(HexFormat.of().parseHex("400161" + "7e" + "62".repeat(126)));
    assertThatExceptionOfType(ConnectionError.class)
        .isThrownBy(() -> decode("be".repeat(200)))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.ENHANCE_YOUR_CALM));
  }
}
