package dev.adp.terraform.cty;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** A type of Terraform's language. */
public sealed interface Type {
  /** Text, in Unicode normalization form C. */
  Type STRING = Primitive.STRING;

  /** A decimal number of any precision. */
  Type NUMBER = Primitive.NUMBER;

  /** True or false. */
  Type BOOL = Primitive.BOOL;

  /** Any type: each value says which. */
  Type DYNAMIC = new Dynamic();

  /** Types without parts. */
  enum Primitive implements Type {
    STRING,
    NUMBER,
    BOOL
  }

  /** See {@link #DYNAMIC}. */
  record Dynamic() implements Type {}

  /** Elements of one type, in an order. */
  record ListOf(Type element) implements Type {}

  /** Elements of one type, each once, in no order. */
  record SetOf(Type element) implements Type {}

  /** Elements of one type, by name. */
  record MapOf(Type element) implements Type {}

  /** A type for each position. */
  record TupleOf(List<Type> elements) implements Type {
    public TupleOf {
      elements = List.copyOf(elements);
    }
  }

  /** A type for each attribute. */
  record ObjectOf(SortedMap<String, Type> attributes) implements Type {
    public ObjectOf {
      attributes = Collections.unmodifiableSortedMap(new TreeMap<>(attributes));
    }
  }
}
