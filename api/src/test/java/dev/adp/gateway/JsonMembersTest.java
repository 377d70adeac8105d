package dev.adp.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonMembersTest {
  /** Some APIs write their members in camel case. */
  @Test
  void aMemberIsFoundWhateverTheCaseInWhichItIsWanted() {
    var members = new JsonMembers(JsonKeys.of("usageMetadata"), 100);
    members.accept(Buffer.buffer("{\"usageMetadata\":7,\"other\":8}"));
    assertThat(members.all("usageMetadata")).hasSize(1);
  }

  private static final JsonKeys WANTED = JsonKeys.of("model", "stream", "stream_options");
  private static final int BYTES_MAX = 64;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"model\":\"gpt\",\"stream\":true}",
        " {\r\n\t\"x\" : [1,{\"model\":\"no\"}] , \"model\" : \"gpt\" , \"stream\" : true } \n",
        "{\"a\":\"\\\"model\\\":\\\"no\\\"\",\"model\":\"gpt\",\"stream\":true}",
        "{\"a\":{\"b\":\"}]{[\\\\\",\"c\":[[\"]\"]]},\"model\":\"gpt\",\"stream\":true}",
        "{\"model\":\"g\\u0070t\",\"stream\":true}",
        "{\"\\u006dodel\":\"gpt\",\"str\\u0065am\":true}",
        "{\"é\":\"ü\",\"ключ\":1.5e-3,\"model\":\"gpt\",\"stream\":true}",
        "{\"n\":1e400,\"m\":-0.0,\"model\":\"gpt\",\"stream\":true,\"z\":null}",
        "{\"stream\":true,\"e\":\"\\\\\",\"model\":\"gpt\"}",
      })
  void membersAreFoundWhereverTheTextIsSplit(String json) {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    for (int first = 0; first <= bytes.length; first++) {
      for (int second = first; second <= bytes.length; second += 1 + bytes.length / 8) {
        var members = new JsonMembers(WANTED, BYTES_MAX);
        Buffer all = Buffer.buffer(bytes);
        members.accept(all.slice(0, first));
        members.accept(all.slice(first, second));
        members.accept(all.slice(second, bytes.length));
        assertThat(members.isObject()).isTrue();
        assertThat(members.all("model")).hasSize(1);
        assertThat(members.first("model").orElseThrow().string()).contains("gpt");
        assertThat(members.first("stream").orElseThrow().value()).isEqualTo(true);
      }
    }
  }

  @Test
  void offsetsAreThoseOfTheValue() {
    for (String value :
        List.of("\"gpt\"", "12", "true", "null", "{\"a\":[1]}", "[{}]", "\"\\\"\"", "-1.5E+7")) {
      for (String end : List.of("}", " }", ",\"z\":1}", " , \"z\":1}")) {
        String json = "  {\"é\": 1, \"model\" :  " + value + end;
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        JsonMembers members = scan(bytes);
        JsonMember member = members.first("model").orElseThrow();
        assertThat(
                new String(
                    bytes,
                    (int) member.valueStart(),
                    (int) (member.valueEnd() - member.valueStart()),
                    StandardCharsets.UTF_8))
            .isEqualTo(value);
        assertThat(member.bytes().orElseThrow()).hasToString(value);
        assertThat(members.objectStart()).isEqualTo(2);
      }
    }
  }

  @Test
  void everyOccurrenceOfAKeyIsFoundHoweverItIsSpelled() {
    JsonMembers members =
        scan("{\"model\":\"a\",\"mod\\u0065l\":\"b\",\"x\":{\"model\":\"c\"},\"model\":3}");
    assertThat(members.all("model")).hasSize(3);
    assertThat(members.all("model").get(1).string()).contains("b");
    assertThat(members.all("model").get(2).string()).isEmpty();
  }

  @Test
  void aNestedMemberIsNotOneOfTheOutermostObject() {
    assertThat(scan("{\"a\":{\"model\":\"no\"},\"b\":[{\"model\":\"no\"}]}").all("model"))
        .isEmpty();
  }

  @Test
  void aHugeValueIsFoundButNotKept() {
    String huge = "x".repeat(BYTES_MAX);
    JsonMembers members = scan("{\"model\":\"" + huge + "\",\"stream\":true}");
    JsonMember member = members.first("model").orElseThrow();
    assertThat(member.bytes()).isEmpty();
    assertThat(member.string()).isEmpty();
    assertThat(member.valueEnd() - member.valueStart()).isEqualTo(BYTES_MAX + 2);
    assertThat(members.first("stream").orElseThrow().value()).isEqualTo(true);
  }

  @Test
  void aValueOfJustTheLimitIsKept() {
    String largest = "x".repeat(BYTES_MAX - 2);
    assertThat(scan("{\"model\":\"" + largest + "\"}").first("model").orElseThrow().string())
        .contains(largest);
  }

  @Test
  void aKeyLongerThanAnyWantedOneIsJustAnother() {
    JsonMembers members =
        scan("{\"" + "\\u0061".repeat(1_000) + "\":1,\"" + "b".repeat(1_000) + "\":2,\"model\":3}");
    assertThat(members.isObject()).isTrue();
    assertThat(members.all("model")).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "null",
        "[]",
        "\"model\"",
        "[{\"model\":\"gpt\"}]",
        "{",
        "{\"model\"",
        "{\"model\":",
        "{\"model\":\"gpt\"",
        "{\"model\":\"gpt\"}}",
        "{\"model\":\"gpt\"}{\"model\":\"other\"}",
        "{\"model\":\"gpt\"} x",
        "{model:\"gpt\"}",
        "{'model':'gpt'}",
        "{\"model\" \"gpt\"}",
        "{\"model\":\"gpt\" \"stream\":true}",
        "{\"model\":\"gpt\";\"stream\":true}",
        "{,\"model\":\"gpt\"}",
        "// comment\n{\"model\":\"gpt\"}",
        "{/**/\"model\":\"gpt\"}",
        "{\"x\":1/*,\"y\":\"*/,\"model\":\"gpt\",\"z\":\"*/\"}",
        "{\"model\":\"gpt\",\"a\":[/*\"*/],\"model\":\"other\",\"b\":[/*\"*/]}",
        "{\"model\":\"gpt\",\"a\":['\"'],\"model\":\"other\",\"b\":['\"']}",
        "{\"model\":\"gpt\",\"a\":[//\"\n],\"model\":\"other\",\"b\":[//\"\n]}",
        "{\"model\":\"gpt\",\"a\":{#\"\n},\"model\":\"other\",\"b\":{#\"\n}}",
        "{\"x\":1\"y\":2}",
        "{\"x\":tr\"ue\"}",
        "{\"x\":}",
        "{\"mod\\x65l\":\"gpt\"}",
        "{\"mod\\u00zzl\":\"gpt\"}",
        "\ufeff{\"model\":\"gpt\"}",
      })
  void whatIsNotOneWholeObjectIsNone(String text) {
    assertThat(scan(text).isObject()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32", "UTF-32LE", "IBM037"})
  void anObjectInAnotherEncodingIsNone(String charset) {
    byte[] bytes = "{\"model\":\"gpt\"}".getBytes(Charset.forName(charset));
    assertThat(scan(bytes).isObject()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ff",
        "80",
        "c0af",
        "c1bf",
        "e09fbf",
        "eda080",
        "f08fbfbf",
        "f4908080",
        "e282",
        "c3"
      })
  void whereUtf8IsAskedForNothingElseCounts(String hex) {
    for (int before = 0; before < 2 * Long.BYTES; before++) {
      Buffer body =
          Buffer.buffer("{\"model\":\"gpt\",\"x\":\"" + "a".repeat(before))
              .appendBytes(HexFormat.of().parseHex(hex))
              .appendString("\",\"behind\":\"it all\"}");
      assertThat(scan(body.getBytes()).isObject()).isTrue();
      var members = JsonMembers.inUtf8(WANTED, BYTES_MAX);
      members.accept(body);
      assertThat(members.isObject()).isFalse();
    }
  }

  @Test
  void utf8MayBeSplitAnywhere() {
    byte[] text = "{\"é\":\"\u20ac \ud83d\ude00 \uffff \u07ff\"}".getBytes(StandardCharsets.UTF_8);
    for (int at = 0; at <= text.length; at++) {
      var members = JsonMembers.inUtf8(WANTED, BYTES_MAX);
      members.accept(Buffer.buffer(text).slice(0, at));
      members.accept(Buffer.buffer(text).slice(at, text.length));
      assertThat(members.isObject()).isTrue();
    }
  }

  /** A text of one member again and again must not fill the memory. */
  @ParameterizedTest
  @ValueSource(strings = {"1", "\"x\"", "[]", "{}"})
  void moreMembersThanAnybodyWritesAreNotKept(String value) {
    JsonMembers members = scan("{" + "\"model\":%s,".formatted(value).repeat(100_000) + "\"a\":1}");
    assertThat(members.isObject()).isFalse();
    assertThat(members.all("model")).hasSizeLessThan(1_000);
  }

  /** A long s and the sign of Kelvin are those letters to some readers. */
  @Test
  void aKeyIsFoundHoweverItsCaseIsFolded() {
    var members = new JsonMembers(JsonKeys.of("models", "fallbacks"), BYTES_MAX);
    members.accept(Buffer.buffer("{\"model\u017f\":1,\"fallbac\u212as\":2}"));
    assertThat(members.allInAnyCase("models")).hasSize(1);
    assertThat(members.allInAnyCase("fallbacks")).hasSize(1);
  }

  @Test
  void aValueThatIsNotUtf8IsNoString() {
    byte[] bytes = "{\"model\":\"gpt?\"}".getBytes(StandardCharsets.ISO_8859_1);
    bytes[bytes.length - 3] = (byte) 0xff;
    assertThat(scan(bytes).first("model").orElseThrow().string()).isEmpty();
  }

  @Test
  void anEmptyObjectIsSeenAsEmpty() {
    assertThat(scan(" { } ").isEmptyObject()).isTrue();
    assertThat(scan("{\"a\":1}").isEmptyObject()).isFalse();
  }

  @Test
  void valuesAreWhatTheJsonSays() {
    JsonMembers members = scan("{\"stream_options\":{\"a\":[1,null]},\"stream\":null}");
    assertThat(members.first("stream_options").orElseThrow().value())
        .isEqualTo(new JsonObject("{\"a\":[1,null]}"));
    assertThat(members.first("stream").orElseThrow().value()).isNull();
  }

  /** Gemini's members are in camel case. */
  @Test
  void wantedNamesMayHaveCapitals() {
    var members = new JsonMembers(JsonKeys.of("usageMetadata"), BYTES_MAX);
    members.accept(Buffer.buffer("{\"usageMetadata\":{\"promptTokenCount\":8}}"));
    assertThat(members.first("usageMetadata").orElseThrow().value())
        .isEqualTo(new JsonObject().put("promptTokenCount", 8));
  }

  private static JsonMembers scan(String json) {
    return scan(json.getBytes(StandardCharsets.UTF_8));
  }

  private static JsonMembers scan(byte[] json) {
    var members = new JsonMembers(WANTED, BYTES_MAX);
    members.accept(Buffer.buffer(json));
    return members;
  }

  @Test
  void objectsAreLookedIntoWhateverTheirSize() {
    String text =
        "{\"id\":\"a\",\"response\":{\"body\":{\"big\":\"%s\",\"usage\":{\"n\":1},\"response\":{\"body\":{\"id\":\"deep\"}}},\"id\":\"b\"},\"body\":7}"
            .formatted("x".repeat(100_000));
    var members = new JsonMembers(JsonKeys.of("id", "usage"), Set.of("response", "body"), 100);
    members.accept(Buffer.buffer(text));
    assertThat(members.isObject()).isTrue();
    assertThat(members.told())
        .isEqualTo(
            new JsonObject(
                "{\"id\":\"a\",\"body\":7,\"response\":{\"id\":\"b\",\"body\":{\"usage\":{\"n\":1}}}}"));
  }

  /** An upstream may nest what is looked into as deep as it likes. */
  @Test
  void nestingIsFollowedWithoutBeingLookedInto() {
    String text = "{\"a\":".repeat(100_000) + "1" + "}".repeat(100_000);
    var members = new JsonMembers(JsonKeys.of("x"), Set.of("a"), 100);
    members.accept(Buffer.buffer(text));
    assertThat(members.isObject()).isTrue();
  }
}
