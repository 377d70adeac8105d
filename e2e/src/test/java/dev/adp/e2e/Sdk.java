package dev.adp.e2e;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import java.time.Duration;

/** OpenAI's client as its documentation makes it, but for repeats: a test sees the first answer. */
final class Sdk {
  private Sdk() {}

  static OpenAIClient client(String proxyUrl, String token) {
    return OpenAIOkHttpClient.builder()
        .baseUrl(proxyUrl)
        .apiKey(token)
        .maxRetries(0)
        .timeout(Duration.ofSeconds(30))
        .build();
  }
}
