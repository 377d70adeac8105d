package dev.adp.e2e;

import com.google.genai.Client;
import com.google.genai.types.Content;
import com.google.genai.types.FunctionCall;
import com.google.genai.types.FunctionDeclaration;
import com.google.genai.types.FunctionResponse;
import com.google.genai.types.GenerateContentConfig;
import com.google.genai.types.GenerateContentResponse;
import com.google.genai.types.HttpOptions;
import com.google.genai.types.Part;
import com.google.genai.types.Tool;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Conversations with Google's own client for Java. */
final class GeminiTalk {
  private static final String MODEL = "gemini-2.5-flash";

  /** What has no other form in this API than an object. */
  static final String RESULT = "output";

  private GeminiTalk() {}

  static void generateContent(Talk talk) {
    var http =
        HttpOptions.builder()
            .baseUrl(talk.url())
            .apiVersion("v1beta") // The stand-in for the upstream knows no other.
            .headers(Map.of(Talk.HEADER, talk.conversation()))
            .build();
    try (var client = Client.builder().apiKey(talk.token()).httpOptions(http).build()) {
      var said = new ArrayList<Content>();
      said.add(content("user", List.of(Part.fromText(talk.words().question()))));
      List<Part> first = answer(client, talk, said);
      said.add(content("model", first));
      FunctionCall call =
          first.stream().flatMap(part -> part.functionCall().stream()).findFirst().orElseThrow();
      var result =
          FunctionResponse.builder()
              .name(Talk.TOOL)
              .response(Map.of(RESULT, talk.words().result()));
      call.id().ifPresent(result::id);
      said.add(content("user", List.of(Part.builder().functionResponse(result.build()).build())));
      talk.ends(
          answer(client, talk, said).stream()
              .flatMap(part -> part.text().stream())
              .collect(Collectors.joining()));
    }
  }

  private static Content content(String role, List<Part> parts) {
    return Content.builder().role(role).parts(parts).build();
  }

  private static List<Part> answer(Client client, Talk talk, List<Content> said) {
    var tool =
        FunctionDeclaration.builder()
            .name(Talk.TOOL)
            .parametersJsonSchema(
                Map.of("type", "object", "properties", Map.of("city", Map.of("type", "string"))))
            .build();
    var config =
        GenerateContentConfig.builder()
            .systemInstruction(Content.fromParts(Part.fromText(talk.words().system())))
            .tools(Tool.builder().functionDeclarations(tool).build())
            .build();
    if (!talk.streamed()) {
      return parts(client.models.generateContent(MODEL, List.copyOf(said), config));
    }
    var parts = new ArrayList<Part>();
    try (var stream = client.models.generateContentStream(MODEL, List.copyOf(said), config)) {
      stream.forEach(piece -> parts.addAll(parts(piece)));
    }
    return parts;
  }

  private static List<Part> parts(GenerateContentResponse answer) {
    return answer.candidates().orElse(List.of()).stream()
        .flatMap(candidate -> candidate.content().stream())
        .flatMap(content -> content.parts().orElse(List.of()).stream())
        .toList();
  }
}
