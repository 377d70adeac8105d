package dev.adp.portal;

import dev.adp.domain.Actor;
import dev.adp.domain.AwsRegion;
import dev.adp.domain.BedrockIds;
import dev.adp.domain.Failure;
import dev.adp.domain.LlmProvider;
import dev.adp.domain.ModelPrice;
import dev.adp.domain.Rates;
import dev.adp.domain.Violation;
import dev.adp.domain.Violations;
import dev.adp.portal.LongTable.Place;
import dev.adp.store.ModelCatalog;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The part of the provider page that selects models and overrides their prices. Its buttons send
 * the whole form and save nothing: what they change is in the page that comes back.
 */
final class ModelPicker {
  private static final Map<String, String> GEOGRAPHIES = geographies();

  /** Field of the dialog that says whose prices it has. */
  private static final String PRICED = "pricing_model";

  /** And of which type that is: without script another may be chosen beside the open dialog. */
  private static final String PRICED_TYPE = "pricing_type";

  private static final String ENTER = "enter";
  private static final List<String> DIALOG_BUTTONS =
      List.of("cancel_pricing", "reset_rate", "save_pricing");

  /** A few typed identifiers beside a long catalogue do not hide it. */
  private static final int TYPED_MIN = 25;

  private final ModelCatalog catalog;
  private final Format format;

  ModelPicker(ModelCatalog catalog, Format format) {
    this.catalog = catalog;
    this.format = format;
  }

  /** Bedrock's profiles by prefix, in the order of the product page. */
  private static Map<String, String> geographies() {
    var titles = new LinkedHashMap<String, String>();
    titles.put("us", "US regions");
    titles.put("eu", "EU regions");
    titles.put("apac", "Asia-Pacific regions");
    titles.put("au", "Australia regions");
    titles.put("jp", "Japan regions");
    titles.put("global", "Any region; routes for lowest cost");
    return titles;
  }

  /**
   * What a press on one of the buttons has made of the form.
   *
   * @param slug of the type whose models are shown
   * @param table whether that is what somebody works with, however long it is
   * @param place which part of it is shown when it is long
   * @param changed the model whose prices were changed, or empty
   * @param priced the model whose prices are being changed, or empty
   * @param typed what stands in the dialog then
   * @param wrong what is wrong with it
   */
  record Press(
      ProviderForm form,
      String slug,
      boolean table,
      Place place,
      String changed,
      String priced,
      TypedRates typed,
      List<Violation> wrong) {
    static Press of(ProviderForm form) {
      return new Press(form, form.type(), false, Place.page(1), "", "", TypedRates.NONE, List.of());
    }

    static Press table(ProviderForm form, String slug, String changed) {
      return new Press(
          form, slug, true, Place.of(changed), changed, "", TypedRates.NONE, List.of());
    }

    static Press table(ProviderForm form, Place place) {
      return new Press(form, form.type(), true, place, "", "", TypedRates.NONE, List.of());
    }

    static Press dialog(
        ProviderForm form, String slug, String model, TypedRates typed, List<Violation> wrong) {
      return new Press(form, slug, true, Place.of(model), "", model, typed, wrong);
    }
  }

  /**
   * The form with the rates of a dialog that still stands open: without script nothing keeps people
   * from going on beside it. What is wrong with them is {@link #press pressed} back, now or when
   * their type is in sight again.
   */
  static ProviderForm form(Request request) {
    var form = ProviderForm.of(request);
    if (!leftOpen(request, form)) {
      return form;
    }
    return isInSight(request, form)
        ? saved(request, form).form()
        : form.with(
            pricedType(request, form),
            fields -> fields.withRates(request.field(PRICED), typed(request)));
  }

  /** Whether the button that was pressed is none of the dialog's own. */
  private static boolean leftOpen(Request request, ProviderForm form) {
    return !request.field(PRICED).isEmpty()
        && DIALOG_BUTTONS.stream().noneMatch(request::ticked)
        && !(request.ticked(ENTER) && isInSight(request, form));
  }

  /** Whether the dialog is about the type that is chosen now: the page hides all others. */
  private static boolean isInSight(Request request, ProviderForm form) {
    return pricedType(request, form).equals(form.type());
  }

  private static String pricedType(Request request, ProviderForm form) {
    String slug = request.field(PRICED_TYPE);
    return slug.isEmpty() ? form.type() : slug;
  }

  /** Empty when another button was pressed. */
  static Optional<Press> press(Request request, ProviderForm form) {
    if (request.ticked("show_models")) {
      String slug = request.field("show_models");
      return leftWrong(request, form)
          .or(() -> wrong(form, slug))
          .or(() -> Optional.of(Press.table(form, slug, "")));
    }
    return form.type().isEmpty()
        ? Optional.empty()
        : pricing(request, form).or(() -> added(request, form)).or(() -> wrong(form, form.type()));
  }

  /** What is wrong in a dialog that was left open in sight. */
  private static Optional<Press> leftWrong(Request request, ProviderForm form) {
    return leftOpen(request, form) && isInSight(request, form)
        ? Optional.of(saved(request, form)).filter(left -> !left.wrong().isEmpty())
        : Optional.empty();
  }

  /** The first selected model whose rates were left out of sight with something wrong in them. */
  private static Optional<Press> wrong(ProviderForm form, String slug) {
    TypeFields fields = form.of(slug);
    return fields.models().stream()
        .map(model -> dialog(form, slug, model, fields.rates(model)))
        .filter(press -> !press.wrong().isEmpty())
        .findFirst();
  }

  private static Press dialog(ProviderForm form, String slug, String model, TypedRates typed) {
    var violations = new Violations();
    var _ = typed.rates(violations);
    return Press.dialog(form, slug, model, typed, violations.found());
  }

  /** With the prices of a model open, when it is one of those that are listed. */
  static Press priced(ProviderForm form, String model) {
    return form.chosen().models().contains(model)
        ? dialog(form, form.type(), model, form.chosen().rates(model))
        : Press.of(form);
  }

  private static Optional<Press> added(Request request, ProviderForm form) {
    String search = request.field(form.type() + "_search");
    if (request.ticked("add_pasted")) {
      return Optional.of(Press.of(added(form, request.field(form.type() + "_paste"))));
    }
    if (request.ticked("add_model") || (request.ticked(ENTER) && !search.isEmpty())) {
      ProviderForm more = added(form, search);
      return Optional.of(Press.table(more, Place.of(found(search, more))));
    }
    return request.ticked("models_page")
        ? Optional.of(Press.table(form, Place.page(page(request))))
        : Optional.empty();
  }

  /** The first of the typed identifiers: its row is what somebody wants to see. */
  private static String found(String typed, ProviderForm form) {
    return TypeFields.identifiers(typed, Set.copyOf(form.chosen().models())).findFirst().orElse("");
  }

  private static int page(Request request) {
    return ProviderFilter.number(request.field("models_page"));
  }

  private static ProviderForm added(ProviderForm form, String typed) {
    // One more than can be saved, which is told then; a page of any number helps nobody.
    Stream<String> some =
        TypeFields.identifiers(typed, Set.copyOf(form.chosen().models()))
            .limit(LlmProvider.MODELS_MAX + 1);
    return form.withChosen(fields -> fields.withModels(some));
  }

  private static Optional<Press> pricing(Request request, ProviderForm form) {
    String model = request.field(PRICED);
    Optional<Press> left = leftWrong(request, form);
    if (left.isPresent()) {
      return left;
    }
    if (request.ticked("price")) {
      String other = request.field("price");
      return Optional.of(dialog(form, form.type(), other, form.chosen().rates(other)));
    }
    if (model.isEmpty() || leftOpen(request, form)) {
      return Optional.empty();
    }
    if (request.ticked("cancel_pricing")) {
      return Optional.of(Press.table(form, pricedType(request, form), model));
    }
    return Optional.of(request.ticked("reset_rate") ? reset(request, form) : saved(request, form));
  }

  /** Clears a field of the dialog, or all of them; the dialog stays open. */
  private static Press reset(Request request, ProviderForm form) {
    TypedRates typed =
        RateField.named(request.field("reset_rate"))
            .map(field -> typed(request).with(field, ""))
            .orElse(TypedRates.NONE);
    return dialog(form, pricedType(request, form), request.field(PRICED), typed);
  }

  private static Press saved(Request request, ProviderForm form) {
    String slug = pricedType(request, form);
    String model = request.field(PRICED);
    TypedRates typed = typed(request);
    Press dialog = dialog(form, slug, model, typed);
    return dialog.wrong().isEmpty()
        ? Press.table(form.with(slug, fields -> fields.withRates(model, typed)), slug, model)
        : dialog;
  }

  private static TypedRates typed(Request request) {
    TypedRates typed = TypedRates.NONE;
    for (RateField field : RateField.values()) {
      typed = typed.with(field, request.field("rate_" + field.id()));
    }
    return typed;
  }

  /**
   * The models of the type that the press concerns; a long list of typed identifiers stays text
   * until somebody asks for its table, which comes in parts, so that the page stays small.
   */
  Picker show(Actor actor, Press press) {
    @Nullable PricingDialog dialog = null;
    if (!press.priced().isEmpty()) {
      Rates listed = rates(actor, type(press.slug()), press.priced());
      dialog = PricingDialog.of(press.priced(), press.typed(), listed, press.wrong());
    }
    TypeFields fields = press.form().of(press.slug());
    Map<String, Rates> listed = new LinkedHashMap<>();
    for (ModelPrice price : catalog.models(actor, type(press.slug()))) {
      listed.put(price.model(), price.rates());
    }
    boolean isLong = isLong(fields.models(), listed.keySet());
    if (isLong && !press.table()) {
      return Picker.NONE;
    }
    var groups = groups(actor, press.slug(), fields, listed);
    var table = new Picker(press.slug(), groups, press.changed(), dialog, Picker.Unseen.NONE);
    return isLong ? LongTable.part(table, press.place(), format) : table;
  }

  /** Whether a table of these models would be too much for a page. */
  private static boolean isLong(List<String> selected, Set<String> listed) {
    var rows = new HashSet<>(selected);
    rows.addAll(listed);
    return rows.size() - listed.size() > TYPED_MIN && LongTable.isTooLong(rows.stream());
  }

  private List<Picker.Group> groups(
      Actor actor, String slug, TypeFields fields, Map<String, Rates> listed) {
    String type = type(slug);
    if (slug.equals(TypeCard.BEDROCK.slug())) {
      return profiles(actor, fields, listed);
    }
    var names = new LinkedHashSet<>(fields.models());
    names.addAll(listed.keySet());
    return List.of(
        new Picker.Group(
            "", "", true, names.stream().map(row(actor, type, fields, listed)).toList()));
  }

  /** Inference profiles by geography, those that the region can call first, the selected on top. */
  private List<Picker.Group> profiles(Actor actor, TypeFields fields, Map<String, Rates> listed) {
    var names = new LinkedHashSet<>(fields.models());
    names.retainAll(listed.keySet());
    names.addAll(listed.keySet());
    names.removeIf(name -> BedrockIds.geography(name).isEmpty());
    List<String> others = fields.models().stream().filter(model -> !names.contains(model)).toList();
    var row = row(actor, TypeCard.BEDROCK.type(), fields, listed);
    var groups = new ArrayList<Picker.Group>();
    if (!others.isEmpty()) {
      groups.add(
          new Picker.Group("", "Typed identifiers", true, others.stream().map(row).toList()));
    }
    Optional<AwsRegion> region = region(fields.aws().region());
    GEOGRAPHIES.forEach(
        (prefix, title) -> {
          List<ModelRow> rows =
              names.stream().filter(name -> name.startsWith(prefix + ".")).map(row).toList();
          boolean usable = region.map(in -> BedrockIds.isUsableFrom(prefix + ".", in)).orElse(true);
          if (!rows.isEmpty()) {
            groups.add(new Picker.Group(prefix + ".", title, usable, rows));
          }
        });
    groups.sort(Comparator.comparing(group -> !group.usable())); // Stable.
    return groups;
  }

  private Function<String, ModelRow> row(
      Actor actor, String type, TypeFields fields, Map<String, Rates> listed) {
    var chosen = new HashSet<>(fields.models());
    return name ->
        ModelRow.of(
            name,
            chosen.contains(name),
            fields.rates(name),
            listed.containsKey(name) ? listed.get(name) : rates(actor, type, name));
  }

  private Rates rates(Actor actor, String type, String model) {
    return catalog.find(actor, type, model).map(ModelPrice::rates).orElse(Rates.NONE);
  }

  private static Optional<AwsRegion> region(String typed) {
    try {
      return Optional.of(AwsRegion.of("region", typed));
    } catch (Failure.Invalid _) {
      return Optional.empty();
    }
  }

  private static String type(String slug) {
    return TypeCard.named(slug).map(TypeCard::type).orElse("");
  }
}
