package dev.adp.portal;

import static java.util.stream.Collectors.joining;

import dev.adp.domain.ListOrder;
import dev.adp.domain.ProviderQuery;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the list is narrowed to. All of it is in the URL, so that a link shows what I see. */
public record ProviderFilter(
    String name, List<TypeCard> types, List<String> statuses, int pageNumber, int size) {
  static final List<Integer> SIZES = List.of(10, 25, 50, 100);
  private static final int PAGES_MAX = 100_000;

  static ProviderFilter of(Request request) {
    return new ProviderFilter(
        request.query("name"),
        TypeCard.ALL.stream()
            .filter(card -> request.queries("type").contains(card.slug()))
            .toList(),
        Stream.of("active", "disabled").filter(request.queries("status")::contains).toList(),
        Math.clamp(number(request.query("page")), 1, PAGES_MAX),
        SIZES.contains(number(request.query("page_size")))
            ? number(request.query("page_size"))
            : SIZES.getFirst());
  }

  /** Rows before the page. */
  int offset() {
    return (pageNumber - 1) * size;
  }

  ProviderQuery query() {
    return new ProviderQuery(
        types.stream().map(TypeCard::type).collect(Collectors.toSet()),
        statuses.size() == 1 ? Optional.of(statuses.contains("active")) : Optional.empty(),
        name,
        "",
        ListOrder.CREATED_DESC);
  }

  public List<Integer> sizes() {
    return SIZES;
  }

  public List<Chip> chips() {
    var chips = new ArrayList<Chip>();
    if (!name.isEmpty()) {
      chips.add(
          new Chip("Name contains", name, new ProviderFilter("", types, statuses, 1, size).url()));
    }
    if (!types.isEmpty()) {
      chips.add(
          new Chip(
              "Type",
              types.stream().map(TypeCard::label).collect(joining(", ")),
              new ProviderFilter(name, List.of(), statuses, 1, size).url()));
    }
    if (!statuses.isEmpty()) {
      chips.add(
          new Chip(
              "Status",
              statuses.stream()
                  .map(status -> status.equals("active") ? "Active" : "Disabled")
                  .collect(joining(", ")),
              new ProviderFilter(name, types, List.of(), 1, size).url()));
    }
    return chips;
  }

  /** Another page of the same list. */
  public String page(int number) {
    return new ProviderFilter(name, types, statuses, number, size).url();
  }

  private String url() {
    var parameters = new ArrayList<String>();
    if (!name.isEmpty()) {
      parameters.add("name=" + URLEncoder.encode(name, StandardCharsets.UTF_8));
    }
    types.forEach(type -> parameters.add("type=" + type.slug()));
    statuses.forEach(status -> parameters.add("status=" + status));
    if (size != SIZES.getFirst()) {
      parameters.add("page_size=" + size);
    }
    if (pageNumber > 1) {
      parameters.add("page=" + pageNumber);
    }
    return parameters.isEmpty() ? "/providers" : "/providers?" + String.join("&", parameters);
  }

  static int number(String text) {
    return text.matches("\\d{1,6}") ? Integer.parseInt(text) : 1;
  }
}
