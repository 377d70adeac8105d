package dev.adp.portal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.domain.NewSecret;
import dev.adp.domain.ProviderConfig;
import dev.adp.domain.ResourceId;
import dev.adp.domain.SecretRef;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whether a provider takes calls, as the form that edits it says and changes it. */
class ProviderStateTest {
  @RegisterExtension static final PortalExtension portal = new PortalExtension();

  private static final SecretRef KEY = new SecretRef("STATE_KEY");
  private static Browser writer = new Browser(URI.create("http://127.0.0.1"));

  @BeforeAll
  static void prepare() throws Exception {
    portal
        .repository()
        .secrets()
        .create(PortalExtension.ADMIN, NewSecret.ofText(KEY, "value"), Map.of());
    writer = portal.signedIn("writer");
    writer.get("/providers");
  }

  @Test
  void theFormTurnsAProviderOffAndOn() throws Exception {
    create("switched");
    assertThat(edit("switched")).containsPattern("id=\"enabled\"[^>]*checked");
    assertThat(save("switched", without(fields("switched"), "enabled")).statusCode())
        .isEqualTo(303);
    assertThat(isEnabled("switched")).isFalse();
    assertThat(edit("switched")).doesNotContainPattern("id=\"enabled\"[^>]*checked");
    List<String> on = fields("switched");
    on.addAll(List.of("enabled", "on"));
    assertThat(save("switched", on).statusCode()).isEqualTo(303);
    assertThat(isEnabled("switched")).isTrue();
  }

  @Test
  void aNewProviderIsEnabledAndItsFormDoesNotAsk() throws Exception {
    create("fresh");
    assertThat(isEnabled("fresh")).isTrue();
    assertThat(writer.get("/providers/-/new").body()).doesNotContain("id=\"enabled\"");
  }

  /** Somebody who edits prices must not open again what somebody else has just closed. */
  @Test
  void whoHasNotTouchedTheSwitchEnablesNothing() throws Exception {
    create("closed");
    List<String> opened = fields("closed");
    writer.submit("/providers/closed/disable");
    HttpResponse<String> stale = save("closed", opened);
    assertThat(stale.statusCode()).isEqualTo(412);
    assertThat(stale.body())
        .contains("Someone else has saved this provider")
        .doesNotContainPattern("id=\"enabled\"[^>]*checked");
    assertThat(save("closed", List.of(FormFields.of(stale.body()))).statusCode()).isEqualTo(303);
    assertThat(isEnabled("closed")).isFalse();
  }

  @Test
  void whoTurnsItOffStillDoesSoAfterSomebodyElseHasSaved() throws Exception {
    create("contested");
    List<String> off = without(fields("contested"), "enabled");
    List<String> renamed = fields("contested");
    renamed.set(renamed.indexOf("display_name") + 1, "Renamed");
    assertThat(save("contested", renamed).statusCode()).isEqualTo(303);
    HttpResponse<String> stale = save("contested", off);
    assertThat(stale.statusCode()).isEqualTo(412);
    assertThat(save("contested", List.of(FormFields.of(stale.body()))).statusCode()).isEqualTo(303);
    assertThat(isEnabled("contested")).isFalse();
  }

  @Test
  void whoIsLateIsAskedAgainForTheValueOfHisNewSecret() throws Exception {
    create("late");
    List<String> typed = fields("late");
    typed.set(typed.indexOf("openai_api_key_ref_source") + 1, "new");
    typed.set(typed.indexOf("openai_api_key_ref_new_name") + 1, "LATE_KEY");
    typed.set(typed.indexOf("openai_api_key_ref_new_value") + 1, "sk-secret");
    writer.submit("/providers/late/disable");
    HttpResponse<String> stale = save("late", typed);
    assertThat(stale.statusCode()).isEqualTo(412);
    assertThat(stale.body())
        .contains("id=\"openai_api_key_ref_new_value-error\"", "value=\"LATE_KEY\"")
        .doesNotContain("sk-secret");
  }

  private static void create(String name) {
    portal.addProvider(name, name, new ProviderConfig.OpenAi(Optional.empty(), KEY), List.of());
  }

  private static String edit(String name) throws Exception {
    return writer.get("/providers/" + name + "/edit").body();
  }

  private static List<String> fields(String name) throws Exception {
    return new ArrayList<>(List.of(FormFields.of(edit(name))));
  }

  private static List<String> without(List<String> fields, String name) {
    int at = fields.indexOf(name);
    assertThat(at).as(name).isNotNegative();
    fields.subList(at, at + 2).clear();
    return fields;
  }

  private static HttpResponse<String> save(String name, List<String> fields) throws Exception {
    return writer.submit("/providers/" + name, fields.toArray(String[]::new));
  }

  private static boolean isEnabled(String name) {
    return portal
        .repository()
        .providers()
        .get(PortalExtension.ADMIN, new ResourceId(name))
        .enabled();
  }
}
