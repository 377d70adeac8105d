package dev.adp.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FormPartsTest {
  private static final String FILE =
      "--b-b\nContent-Disposition: form-data; name=\"file\"; filename=\"a.wav\"\nContent-Type: audio/wav\n\n--b\r--bRIFF\r\n--b\n";
  private static final String MODEL = part("Content-Disposition: form-data; name=\"model\"", "m-1");
  private static final String END = "--b-b--\n";

  /** Lines of the text end as they do on the wire. */
  private static FormParts read(String text) {
    return read(Buffer.buffer(text.replace("\r\n", "\n").replace("\n", "\r\n")), 1 << 20);
  }

  private static FormParts read(Buffer body, int pieceBytes) {
    FormParts form = FormParts.of("multipart/form-data; boundary=b-b").orElseThrow();
    for (int i = 0; i < body.length(); i += pieceBytes) {
      form.accept(body.slice(i, Math.min(body.length(), i + pieceBytes)));
    }
    return form;
  }

  private static String part(String head, String value) {
    return "--b-b\n%s\n\n%s\n".formatted(head, value);
  }

  private static String part(String name) {
    return part("Content-Disposition: form-data; name=\"%s\"".formatted(name), "m-1");
  }

  @Test
  void aPartIsFoundWhereverTheFormIsSplit() {
    Buffer body = Buffer.buffer((FILE + MODEL + END).replace("\r\n", "\n").replace("\n", "\r\n"));
    for (int pieceBytes = 1; pieceBytes <= body.length(); pieceBytes++) {
      FormParts form = read(body, pieceBytes);
      assertThat(form.first("model")).contains("m-1");
      assertThat(form.all("model")).hasSize(1);
      assertThat(form.certain()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "multipart/form-data; boundary=b-b",
        "multipart/form-data;boundary=b-b",
        "Multipart/Form-Data; Boundary=b-b",
        "multipart/form-data; boundary=\"b-b\"",
        "multipart/form-data; charset=ISO-8859-1; boundary=b-b", // OpenAI's client for Java.
        "multipart/form-data; charset=utf-8; boundary=b-b",
      })
  void boundariesInTheirUsualSpellingAreRead(String type) {
    FormParts form = FormParts.of(type).orElseThrow();
    form.accept(Buffer.buffer((MODEL + END).replace("\n", "\r\n")));
    assertThat(form.certain()).isTrue();
    assertThat(form.first("model")).contains("m-1");
  }

  @Test
  void besideACharsetOfTheFormAValueThatIsNotAsciiIsUncertain() {
    Buffer body =
        Buffer.buffer(
            (part("Content-Disposition: form-data; name=\"model\"", "m\u00e4") + END)
                .replace("\n", "\r\n"));
    FormParts told = FormParts.of("multipart/form-data; charset=utf-8; boundary=b-b").orElseThrow();
    told.accept(body);
    assertThat(told.certain()).isFalse();
    assertThat(read(body, 9).certain()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "multipart/form-data",
        "multipart/form-data; charset=ISO-8859-1; charset=utf-8; boundary=b",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=b; boundary=c",
        "multipart/form-data; charset=utf-16; boundary=b",
        "multipart/form-data; boundary=b; x=y",
        "multipart/form-data; boundary*=b",
        "multipart/form-data; boundary=\"b\\b\"",
        "multipart/form-data; boundary=\"b \"",
        "multipart/mixed; boundary=b",
        "application/x-www-form-urlencoded",
        "",
      })
  void othersAreNotRead(String type) {
    assertThat(FormParts.of(type)).isEmpty();
  }

  /** What servers read in different ways, or not at all. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        // No part at all, no end, text around.
        "",
        "--b-b\n",
        "preamble\n--b-b--\n",
        "--b-b--\nepilogue",
        "--b-b--\n--b-b\nContent-Disposition: form-data; name=\"model\"\n\nother\n--b-b--\n",
        // Delimiters.
        "--b-b \nContent-Disposition: form-data; name=\"x\"\n\nv\n--b-b--\n",
        "--b-b\nContent-Disposition: form-data; name=\"x\"\n\nv--b-b--\n",
        "--b-b\nContent-Disposition: form-data; name=\"x\"\n\nv --b-b\n--b-b--\n",
        "--b-b\nContent-Disposition: form-data; name=\"x\"\n--b-b\n\nv\n--b-b--\n",
        "--b-b\nContent-Disposition: form-data; name=\"x\"\n\n--b-b\nContent-Disposition: form-data; name=\"model\"\n\nv\n--b-b--\n",
        "--b-b\nContent-Disposition: form-data; name=\"x\"\n\nv\n--b-bb\n--b-b--\n",
        "--b-b\n--b-b--\n",
        // Heads.
        "--b-b\nContent-Disposition: form-data; name=\"model\"\nContent-Length: 2\n\nv\n--b-b--\n",
        "--b-b\nContent-Disposition: form-data; name=\"x\"\nContent-Length: 0\n\nv\n--b-b--\n",
        "--b-b\nContent-Disposition: form-data; name=\"x\"\nContent-Length: 1\nContent-Length: 1\n\nv\n--b-b--\n",
        "--b-b\nContent-Disposition: form-data; name=\"x\"\nContent-Length: +1\n\nv\n--b-b--\n",
        "--b-b\n\nv\n--b-b--\n",
        "--b-b\nContent-Type: text/plain\n\nv\n--b-b--\n",
        "--b-b\nContent-Disposition: form-data; name=model\n\nv\n--b-b--\n",
        "--b-b\nContent-Disposition: form-data; name='model'\n\nv\n--b-b--\n",
        "--b-b\nContent-Disposition: form-data; name=\"x\"; name=\"model\"\n\nv\n--b-b--\n",
        "--b-b\nContent-Disposition: form-data; name=\"x\"; name*=utf-8''model\n\nv\n--b-b--\n",
        "--b-b\nContent-Disposition: form-data; filename=\"x\"; name=\"model\"\n\nv\n--b-b--\n",
        "--b-b\nContent-Disposition: form-data; name=\"m\\odel\"\n\nv\n--b-b--\n",
        "--b-b\nContent-Disposition: form-data; name=\"%6dodel\"\n\nv\n--b-b--\n",
        "--b-b\nContent-Disposition: form-data;\n name=\"model\"\n\nv\n--b-b--\n",
        "--b-b\nContent-Disposition: attachment; name=\"model\"\n\nv\n--b-b--\n",
        "--b-b\nContent-Disposition : form-data; name=\"model\"\n\nv\n--b-b--\n",
        "--b-b\nContent-Disposition: form-data; name=\"x\"\nContent-Disposition: form-data; name=\"model\"\n\nv\n--b-b--\n",
        "--b-b\nContent-Disposition: form-data; name=\"model\"\nContent-Transfer-Encoding: base64\n\nZ3B0\n--b-b--\n",
        "--b-b\nContent-Disposition: form-data; name=\"model\"\nContent-Type: text/plain; charset=utf-16\n\nv\n--b-b--\n",
        "--b-b\nContent-Disposition: form-data; name=\"_charset_\"\n\nutf-7\n--b-b--\n",
        "--b-b\nContent-Disposition: form-data; name=\"model[]\"\n\nv\n--b-b--\n",
        "--b-b\nContent-Disposition: form-data; name=\"x.model\"\n\nv\n--b-b--\n",
        "--b-b\nContent-Disposition: form-data; name=\"models\"\n\nv\n--b-b--\n",
      })
  void whatServersReadDifferentlyIsUncertain(String form) {
    assertThat(read(form).certain()).isFalse();
  }

  /** Clients of many kinds tell how long each part is; some servers believe it. */
  @Test
  void aPartMayTellItsLength() {
    FormParts form =
        read(
            part("Content-Disposition: form-data; name=\"model\"\nContent-Length: 3", "m-1")
                + part("Content-Disposition: form-data; name=\"x\"\nContent-Length: 0", "")
                + END);
    assertThat(form.certain()).isTrue();
    assertThat(form.first("model")).contains("m-1");
  }

  /** What begins like the delimiter belongs to the content, wherever it is split. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\r\n--b-",
        "\r\n--b",
        "\r\n-",
        "\r\n--b-bb",
        "\r\n--b-b-",
        "\r\n--b-b\r",
        "\r\r\n--b-b ",
        "--b-b",
      })
  void aLongerOrShorterTextIsNoDelimiter(String text) {
    Buffer body =
        Buffer.buffer(
            (part("Content-Disposition: form-data; name=\"file\"; filename=\"f\"", "x%sy")
                    + MODEL
                    + END)
                .replace("\n", "\r\n")
                .formatted(text));
    for (int pieceBytes = 1; pieceBytes <= body.length(); pieceBytes++) {
      FormParts form = read(body, pieceBytes);
      assertThat(form.first("model")).contains("m-1");
      assertThat(form.all("model")).hasSize(1);
      // Some servers take a line that begins with the delimiter for one.
      assertThat(form.certain()).isEqualTo(!text.contains("--b-b"));
    }
  }

  @Test
  void aHeadThatIsTooLongHidesNoLaterPart() {
    String long4k =
        "Content-Disposition: form-data; name=\"x\"; filename=\"%s\"".formatted("n".repeat(5_000));
    FormParts form = read(part(long4k, "v") + MODEL + END);
    assertThat(form.first("model")).contains("m-1");
    assertThat(form.certain()).isFalse();
  }

  /** Some servers end lines at a bare line feed, and would see a second form inside this file. */
  @Test
  void bareLineFeedsAroundADelimiterAreUncertain() {
    Buffer body =
        Buffer.buffer(
            (MODEL + "--b-b\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\n\n")
                    .replace("\n", "\r\n")
                + "x\n--b-b\nContent-Disposition: form-data; name=\"model\"\n\nother\n"
                + "\r\n--b-b--\r\n");
    FormParts form = read(body, 7);
    assertThat(form.all("model")).hasSize(1);
    assertThat(form.certain()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"model", "Model", "MODEL", " model "})
  void aNameIsFoundInEveryCase(String name) {
    assertThat(read(part(name) + END).all("model")).hasSize(1);
  }

  @Test
  void twoPartsOfOneNameAreBothFound() {
    assertThat(read(MODEL + part("Model") + END).all("model")).hasSize(2);
  }

  @Test
  void aValueThatIsAFileOrTooLongOrNoTextIsNone() {
    String file = "Content-Disposition: form-data; name=\"model\"; filename=\"x\"";
    String plain = "Content-Disposition: form-data; name=\"model\"";
    assertThat(read(part(file, "m-1") + END).all("model").getFirst().value()).isEmpty();
    assertThat(read(part(plain, "x".repeat(4_097)) + END).all("model").getFirst().value())
        .isEmpty();
    assertThat(read(part(plain, "x".repeat(4_096)) + END).all("model").getFirst().value())
        .isPresent();
    Buffer notText = Buffer.buffer((part(plain, "?") + END).replace("\n", "\r\n")).copy();
    int at = notText.toString().indexOf('?');
    notText.setByte(at, (byte) 0xff);
    assertThat(read(notText, 100).all("model").getFirst().value()).isEmpty();
  }

  /** A call is counted under what it was called, or its beginning, and not under no name. */
  @Test
  void aNameThatIsNoValueIsRecordedByItsBeginning() {
    String plain = "Content-Disposition: form-data; name=\"model\"";
    FormParts form = read(part(plain, "m" + "x".repeat(5_000)) + END);
    assertThat(form.first("model")).hasValueSatisfying(name -> assertThat(name).startsWith("mxx"));
    String file = "Content-Disposition: form-data; name=\"model\"; filename=\"x\"";
    assertThat(read(part(file, "m-1") + END).first("model")).isEmpty();
  }

  @Test
  void aFormThatIsCutIsReadAsFarAsItCame() {
    FormParts form = read(MODEL + FILE);
    assertThat(form.first("model")).contains("m-1");
    assertThat(form.certain()).isFalse();
  }
}
