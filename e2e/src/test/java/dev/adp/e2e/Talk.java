package dev.adp.e2e;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A conversation that an official client holds with a provider: a question, a tool that the model
 * calls, its result, and the answer.
 *
 * @param url of the provider's proxy
 * @param conversation what the client calls it
 */
record Talk(String url, String token, String conversation, boolean streamed, Words words) {
  static final String HEADER = "X-Redpanda-Genai-Conversation";
  static final String TOOL = "get_weather";
  static final int DAYS = 3;

  /**
   * What is said; the stand-ins for upstreams know these. The model calls the tool with the city
   * and {@link #DAYS}, and answers in two pieces.
   */
  enum Words {
    OPEN(
        "You advise on umbrellas.",
        "Do I need an umbrella in Oslo? ☂",
        "12 degrees, \"rain\"",
        "Oslo",
        "Twelve degrees and rain: ",
        "take one. ☔"),
    COVERT(
        "You keep q7w-covert-5d1f to yourself.",
        "Is q7w-covert-5d1f safe?",
        "q7w-covert-5d1f is warm",
        "q7w-covert-5d1f",
        "Nobody knows of ",
        "q7w-covert-5d1f.");

    /** Stands in all that is covert. */
    static final String MARKER = "q7w-covert-5d1f";

    private final String system;
    private final String question;
    private final String result;
    private final String city;
    private final String answerStart;
    private final String answerEnd;

    Words(
        String system,
        String question,
        String result,
        String city,
        String answerStart,
        String answerEnd) {
      this.system = system;
      this.question = question;
      this.result = result;
      this.city = city;
      this.answerStart = answerStart;
      this.answerEnd = answerEnd;
    }

    String system() {
      return system;
    }

    String question() {
      return question;
    }

    String result() {
      return result;
    }

    String city() {
      return city;
    }

    String answerStart() {
      return answerStart;
    }

    String answerEnd() {
      return answerEnd;
    }

    String answer() {
      return answerStart + answerEnd;
    }
  }

  /** Checks what the client has got in the end. */
  void ends(String answer) {
    assertThat(answer).isEqualTo(words.answer());
  }
}
