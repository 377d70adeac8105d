package dev.adp.terraform.cty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MsgpackTest {
  private static final int CASES = 3_000;

  /** What other writers of MessagePack send for the same value. */
  @ParameterizedTest
  @CsvSource({
    "00, 0",
    "7f, 127",
    "ff, -1",
    "e0, -32",
    "cc80, 128",
    "d080, -128",
    "cdffff, 65535",
    "d18000, -32768",
    "ceffffffff, 4294967295",
    "d280000000, -2147483648",
    "cfffffffffffffffff, 18446744073709551615",
    "d38000000000000000, -9223372036854775808",
    "ca3fc00000, 1.5",
    "cb3fb8000000000000, 0.09375",
    "a3302e31, 0.1",
    "d91f31323334353637383930313233343536373839302e31323334353637383930,"
        + " 12345678901234567890.1234567890"
  })
  void readsEveryFormOfNumbers(String hex, BigDecimal number) {
    assertThat(Msgpack.decode(HexFormat.of().parseHex(hex), Type.NUMBER))
        .isEqualTo(Value.number(number));
  }

  @ParameterizedTest
  @CsvSource({
    "0.1, a3302e31",
    "0.25, cb3fd0000000000000",
    "1000000, d2000f4240",
    "100.00, 64",
    "18446744073709551616, cb43f0000000000000",
    "2.00000001, aa322e3030303030303031"
  })
  void writesNumbersExactly(BigDecimal number, String hex) {
    assertThat(Msgpack.encode(Value.number(number), Type.NUMBER))
        .isEqualTo(HexFormat.of().parseHex(hex));
  }

  /** Extensions of any code: Terraform's own, and one with refinements. */
  @ParameterizedTest
  @ValueSource(strings = {"d40000", "c7040c8101c2c0", "d80c00000000000000000000000000000000"})
  void everyExtensionIsUnknown(String hex) {
    assertThat(Msgpack.decode(HexFormat.of().parseHex(hex), Type.STRING))
        .isEqualTo(Value.Unknown.UNKNOWN);
  }

  @Test
  void objectsAreWrittenWithAllAttributesOfTheirType() {
    Type type = new Type.ObjectOf(new TreeMap<>(Map.of("a", Type.STRING, "b", Type.BOOL)));
    byte[] bytes = Msgpack.encode(Value.Structure.of(Map.of("b", Value.bool(true))), type);
    assertThat(HexFormat.of().formatHex(bytes)).isEqualTo("82a161c0a162c3");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"81a161c0", "83a161c0a162c0a163c0", "82a161c0", "82a161c0a162c0c0", "93", ""})
  void objectsOfAnotherShapeAreRefused(String hex) {
    Type type = new Type.ObjectOf(new TreeMap<>(Map.of("a", Type.STRING, "b", Type.BOOL)));
    assertThatExceptionOfType(MalformedValue.class)
        .isThrownBy(() -> Msgpack.decode(HexFormat.of().parseHex(hex), type));
  }

  /** A length that no body can have must not reserve memory for it. */
  @Test
  void lengthsBeyondTheEndAreRefused() {
    assertThatExceptionOfType(MalformedValue.class)
        .isThrownBy(
            () ->
                Msgpack.decode(
                    HexFormat.of().parseHex("ddffffffff"), new Type.ListOf(Type.STRING)));
  }

  @Test
  void whatIsWrittenIsReadAgain() {
    var random = new Random(20261129);
    for (int i = 0; i < CASES; i++) {
      Type type = type(random, 3);
      Value value = value(random, type);
      assertThat(Msgpack.decode(Msgpack.encode(value, type), type)).isEqualTo(value);
      assertThat(TypeJson.decode(TypeJson.encode(type))).isEqualTo(type);
    }
  }

  /** Whatever the bytes are, the answer is a value or a refusal, never another failure. */
  @Test
  void damagedBytesAreRefusedOrRead() {
    var random = new Random(7);
    for (int i = 0; i < CASES; i++) {
      Type type = type(random, 3);
      byte[] bytes = Msgpack.encode(value(random, type), type);
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      try {
        assertThat(Msgpack.decode(bytes, type)).isNotNull();
      } catch (MalformedValue expected) {
        assertThat(expected).hasMessageNotContaining("null");
      }
    }
  }

  private static Type type(Random random, int depth) {
    return switch (random.nextInt(depth == 0 ? 3 : 8)) {
      case 0 -> Type.STRING;
      case 1 -> Type.NUMBER;
      case 2 -> Type.BOOL;
      case 3 -> new Type.ListOf(type(random, depth - 1));
      case 4 -> new Type.SetOf(type(random, depth - 1));
      case 5 -> new Type.MapOf(type(random, depth - 1));
      case 6 -> new Type.TupleOf(List.of(type(random, depth - 1), type(random, depth - 1)));
      default -> {
        var attributes = new TreeMap<String, Type>();
        for (int i = random.nextInt(20); i >= 0; i--) {
          attributes.put("a" + i, type(random, depth - 1));
        }
        yield new Type.ObjectOf(attributes);
      }
    };
  }

  private static Value value(Random random, Type type) {
    return switch (random.nextInt(10)) {
      case 0 -> Value.Null.NULL;
      case 1 -> Value.Unknown.UNKNOWN;
      default -> known(random, type);
    };
  }

  private static Value known(Random random, Type type) {
    return switch (type) {
      case Type.Primitive primitive ->
          switch (primitive) {
            case STRING -> Value.text("é".repeat(random.nextInt(80)));
            case BOOL -> Value.bool(random.nextBoolean());
            case NUMBER ->
                Value.number(
                    new BigDecimal(
                        new BigInteger(random.nextInt(100), random), random.nextInt(20) - 5));
          };
      case Type.Dynamic _ -> new Value.Typed(Type.STRING, Value.text("x"));
      case Type.ListOf(var element) -> new Value.Sequence(values(random, element));
      case Type.SetOf(var element) ->
          new Value.Members(values(random, element).stream().distinct().toList());
      case Type.MapOf(var element) -> {
        var items = new TreeMap<String, Value>();
        values(random, element).forEach(item -> items.put("k" + items.size(), item));
        yield new Value.Entries(items);
      }
      case Type.TupleOf(var elements) ->
          new Value.Sequence(elements.stream().map(each -> value(random, each)).toList());
      case Type.ObjectOf(var attributes) -> {
        var values = new TreeMap<String, Value>();
        attributes.forEach((name, each) -> values.put(name, value(random, each)));
        yield new Value.Structure(values);
      }
    };
  }

  private static List<Value> values(Random random, Type element) {
    var items = new ArrayList<Value>();
    for (int i = random.nextInt(18); i > 0; i--) {
      items.add(value(random, element));
    }
    return items;
  }
}
