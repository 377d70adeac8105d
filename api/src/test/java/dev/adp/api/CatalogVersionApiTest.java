package dev.adp.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.domain.CatalogFile;
import dev.adp.domain.Catalogs;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of price catalogues that are brought. */
class CatalogVersionApiTest {
  @RegisterExtension static final ApiExtension api = new ApiExtension();

  private static final String PATH = "/v1/catalog/versions";

  @BeforeEach
  void none() throws SQLException {
    api.store().execute("delete from catalog_version");
  }

  @Test
  void whatIsNewIsCreatedAndWhatIsKnownIsNot() {
    JsonObject made = offered(201, file("2026-11-24"));
    JsonObject known = offered(200, file("2026-11-24"));
    assertThat(known).isEqualTo(made);
    assertThat(known.getString("state")).isEqualTo("ACTIVE");
  }

  /** A file that was fetched in vain is no success when somebody brings it. */
  @Test
  void whatIsOldIsAConflictHoweverOftenItComes() {
    var _ = offered(201, file("2026-11-24"));
    for (int i = 0; i < 2; i++) {
      assertThat(offered(409, file("2026-11-23")).getString("detail"))
          .isEqualTo("version 2026-11-23 is not newer than 2026-11-24, which is in force");
    }
    var _ = offered(201, file("2026-11-25"));
    assertThat(offered(409, file("2026-11-24")).getString("detail"))
        .contains("version 2026-11-24 has been superseded, 2026-11-25 is in force");
  }

  /** Escaped by JSON, a file of the size that is allowed is larger than other bodies may be. */
  @ParameterizedTest
  @ValueSource(strings = {"\"", "\u00e9", "\t"})
  void aFileOfTheLargestSizeFitsIntoARequest(String letter) {
    int bytes = letter.getBytes(StandardCharsets.UTF_8).length;
    String start = file("2026-11-24") + "# ";
    String largest = start + letter.repeat((CatalogFile.BYTES_MAX - start.length()) / bytes);
    var _ = offered(201, largest);
    assertThat(offered(422, largest + letter.repeat(2)).encode())
        .contains("must have at most 1048576 bytes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"latest", "-1", "12345678901234567890"})
  void whatIsNoIdIsNamedAsItWasGiven(String id) {
    for (var answer :
        List.of(
            api.send("POST", PATH + "/" + id + "/approve", "{}"),
            api.send("GET", PATH + "/" + id, ""))) {
      assertThat(answer.statusCode()).isEqualTo(404);
      assertThat(new JsonObject(answer.body()).getString("detail"))
          .isEqualTo("catalogue version \"%s\" not found", id);
    }
  }

  private static String file(String version) {
    return Catalogs.whole(version, Catalogs.row("OPENAI", "m", "1", "2"));
  }

  private static JsonObject offered(int status, String content) {
    HttpResponse<String> answer =
        api.send("POST", PATH, new JsonObject().put("content", content).encode());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    api.contract().check("offerCatalogVersion", answer);
    return new JsonObject(answer.body());
  }
}
