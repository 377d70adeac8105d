package dev.adp.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.http.HttpMethod;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GoogleDialectTest {
  private static final Dialect GOOGLE = new GoogleDialect();

  private static Target post(String path) {
    return GOOGLE.target(HttpMethod.POST, path);
  }

  @ParameterizedTest
  @CsvSource({
    "/v1beta/models/gemini-2.5-flash:generateContent, gemini-2.5-flash, false",
    "/v1/models/gemini-2.5-flash:generateContent, gemini-2.5-flash, false",
    "/v1alpha/models/g:streamGenerateContent, g, true",
    "/v1beta/models/g:embedContent, g, false",
    "/v1beta/models/g:batchEmbedContents, g, false",
    "/v1beta/tunedModels/mine:generateContent, tunedModels/mine, false",
    "/v1beta/models/gemini%2D2%2E5:generateContent, gemini-2.5, false",
    "/v1beta/models/g%3AgenerateContent, g, false",
    "/v1beta//models/./g:generateContent/, g, false",
    "/v1beta/%6dodels/g:streamGenerateContent, g, true",
  })
  void thePathNamesTheModelAndWhetherItStreams(String path, String model, boolean streams) {
    assertThat(post(path).generates()).isTrue();
    assertThat(post(path).model()).isEqualTo(new ModelIn.Path(model));
    assertThat(post(path).streams()).isEqualTo(streams);
    assertThat(post(path).upstreamPath()).isEqualTo(path);
  }

  @Test
  void countingIsFreeButOfAModel() {
    Target target = post("/v1beta/models/g:countTokens");
    assertThat(target.generates()).isFalse();
    assertThat(target.model()).isEqualTo(new ModelIn.Path("g"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1beta/interactions", "/v1alpha/interactions"})
  void anInteractionNamesItsModelInTheBody(String path) {
    assertThat(post(path).generates()).isTrue();
    assertThat(post(path).model()).isEqualTo(new ModelIn.Body());
    assertThat(post(path).wire()).isEqualTo(Wire.GEMINI);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1beta/models/g:batchGenerateContent",
        "/v1beta/models/a%2Fb:generateContent",
        "/v1beta/models/g:generateContent:x",
        "/v1beta/models/g",
        "/v1beta/x/interactions",
        "/v1beta/cachedContents",
        "/upload/v1beta/files",
        "/models/g:generateContent",
        "/",
      })
  void whatIsNotLookedIntoIsUncertain(String path) {
    assertThat(post(path).generates()).isFalse();
    assertThat(post(path).model()).isEqualTo(new ModelIn.Uncertain());
    assertThat(post(path).upstreamPath()).isEqualTo(path);
  }

  @ParameterizedTest
  @CsvSource({
    "/chat/completions, /v1beta/openai/chat/completions, true",
    "/v1beta/openai/chat/completions, /v1beta/openai/chat/completions, true",
    "/embeddings, /v1beta/openai/embeddings, false",
    "/v1beta/openai/images/generations, /v1beta/openai/images/generations, false",
  })
  void theOpenAiStyleSurfaceIsAlsoFoundWithoutItsPrefix(
      String path, String upstream, boolean streamOptions) {
    assertThat(post(path).wire()).isEqualTo(Wire.OPENAI);
    assertThat(post(path).model()).isEqualTo(new ModelIn.Body());
    assertThat(post(path).upstreamPath()).isEqualTo(upstream);
    assertThat(post(path).takesStreamOptions()).isEqualTo(streamOptions);
  }

  @ParameterizedTest
  @CsvSource({
    "/models, /v1beta/openai/models, OPENAI",
    "/models/gemini-2.5-flash, /v1beta/openai/models/gemini-2.5-flash, OPENAI",
    "/v1beta/models, /v1beta/models, GEMINI",
    "/v1beta/models/g, /v1beta/models/g, GEMINI",
  })
  void readingIsFree(String path, String upstream, Wire wire) {
    Target target = GOOGLE.target(HttpMethod.GET, path);
    assertThat(target.generates()).isFalse();
    assertThat(target.model()).isEqualTo(new ModelIn.None());
    assertThat(target.upstreamPath()).isEqualTo(upstream);
    assertThat(target.wire()).isEqualTo(wire);
  }

  @ParameterizedTest
  @CsvSource({"models/g, g", "g, g", "tunedModels/g, tunedModels/g", "modelsx, modelsx", "/g, /g"})
  void aModelIsListedWithoutItsCollection(String asked, String listed) {
    assertThat(GOOGLE.modelName(asked)).isEqualTo(listed);
  }

  @Test
  void readingShowsWhatWasOrderedEarlier() {
    assertThat(shown("/v1beta/interactions/v1_abc")).isEqualTo(new Shown.Answer());
    assertThat(shown("/v1beta/batches/b-1")).isEqualTo(new Shown.Batch("b-1", false));
    for (String file :
        new String[] {"/v1beta/files/f-1:download", "/download/v1beta/files/f-1%3Adownload"}) {
      assertThat(shown(file)).isEqualTo(new Shown.Batch("f-1", true));
    }
    for (String other :
        new String[] {
          "/v1beta/interactions", "/v1beta/batches", "/v1beta/files/f-1", "/v1beta/models/m"
        }) {
      assertThat(shown(other)).isEqualTo(new Shown.Nothing());
    }
    assertThat(new GoogleDialect().target(HttpMethod.HEAD, "/v1beta/batches/b-1").shown())
        .isEqualTo(new Shown.Nothing());
  }

  private static Shown shown(String path) {
    return new GoogleDialect().target(HttpMethod.GET, path).shown();
  }
}
