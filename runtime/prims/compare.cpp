// SPDX-License-Identifier: Apache-2.0
// Structural comparison (compare, =, <, ...): depth first with an explicit stack of the fields
// still to be compared, which ends in Out_of_memory at the size at which OCaml's does (cyclic
// values). Never allocates in the OCaml heap unless it raises. Runs to its end: no polling inside.
#include "runtime/prims/compare.h"

#include <cstring>

#include "runtime/heap/alloc.h"
#include "runtime/interp/fail.h"
#include "runtime/prims/bytes.h"

namespace bactrian {

namespace {

class Comparer {
 public:
  explicit Comparer(bool total) : total_(total) {}
  ~Comparer() {
    if (stack_ != inline_stack_) caml_stat_free(stack_);
  }
  Comparer(const Comparer&) = delete;
  Comparer& operator=(const Comparer&) = delete;

  Comparison run(Value a, Value b);

 private:
  struct Item {  // `count` pairs of fields from these on.
    Value* a;
    Value* b;
    mlsize_t count;
  };
  // Not an order: the pair was replaced by another one, in a_ and b_.
  static constexpr intnat kReplaced = INT64_MIN + 1;

  intnat rare_pair(Value a, Value b);
  intnat with_immediate(Value a, Value b);
  intnat blocks(tag_t tag, Value a, Value b);
  intnat two_doubles(double x, double y) const;
  intnat doubles(Value a, Value b, mlsize_t count) const;
  intnat customs(Value a, Value b);
  intnat custom_order(int order) const {
    return dom().compare_unordered && !total_ ? kUnordered : order;
  }
  intnat replace(Value a, Value b) {
    a_ = a;
    b_ = b;
    return kReplaced;
  }
  intnat invalid(const char* message) {
    raised_ = caml_invalid_argument(message) == kNoValue;
    return 1;
  }
  bool grow_stack();

  static constexpr std::size_t kInlineStack = 16;
  static constexpr std::size_t kMaxStack = 512 * 1024;

  bool total_;
  bool raised_ = false;
  Value a_ = Val_unit;
  Value b_ = Val_unit;
  Item* stack_ = inline_stack_;
  std::size_t depth_ = 0;
  std::size_t capacity_ = kInlineStack;
  Item inline_stack_[kInlineStack];
};

bool Comparer::grow_stack() {
  std::size_t capacity = 2 * capacity_;
  Item* grown = capacity > kMaxStack
                    ? nullptr
                    : static_cast<Item*>(caml_stat_alloc_noexc(capacity * sizeof(Item)));
  if (grown == nullptr) {
    raised_ = caml_raise_out_of_memory() == kNoValue;
    return false;
  }
  std::memcpy(grown, stack_, depth_ * sizeof(Item));
  if (stack_ != inline_stack_) caml_stat_free(stack_);
  stack_ = grown;
  capacity_ = capacity;
  return true;
}

// One of the two is an integer.
intnat Comparer::with_immediate(Value a, Value b) {
  bool first = Is_block(a);
  Value block = first ? a : b;
  if (Tag_val(block) == Forward_tag)
    return first ? replace(Field(a, 0), b) : replace(a, Field(b, 0));
  if (Tag_val(block) == Custom_tag) {
    if (auto* compare_ext = Custom_ops_val(block)->compare_ext) {
      dom().compare_unordered = false;
      return custom_order(compare_ext(a, b));
    }
  }
  if (Tag_val(block) == Double_tag && dom().mixed_numbers)
    return two_doubles(number_val(a), number_val(b));
  return first ? 1 : -1;
}

intnat Comparer::two_doubles(double x, double y) const {
  if (x < y) return -1;
  if (x > y) return 1;
  if (x == y) return 0;
  if (!total_) return kUnordered;
  return (x == x) - (y == y);
}

intnat Comparer::doubles(Value a, Value b, mlsize_t count) const {
  for (mlsize_t i = 0; i < count; i++) {
    intnat order = two_doubles(Double_flat_field(a, i), Double_flat_field(b, i));
    if (order != 0) return order;
  }
  return 0;
}

intnat compare_strings(Value a, Value b) {
  mlsize_t length_a = caml_string_length(a);
  mlsize_t length_b = caml_string_length(b);
  int order = compare_bytes(Bytes_val(a), Bytes_val(b), length_a < length_b ? length_a : length_b);
  if (order != 0) return order;
  return static_cast<intnat>(length_a) - static_cast<intnat>(length_b);
}

intnat compare_ids(intnat a, intnat b) { return (a > b) - (a < b); }

intnat Comparer::customs(Value a, Value b) {
  const CustomOperations* ops_a = Custom_ops_val(a);
  const CustomOperations* ops_b = Custom_ops_val(b);
  if (ops_a->compare != ops_b->compare)
    return std::strcmp(ops_a->identifier, ops_b->identifier) < 0 ? -1 : 1;
  if (ops_a->compare == nullptr) return invalid("compare: abstract value");
  dom().compare_unordered = false;
  return custom_order(ops_a->compare(a, b));
}

// Blocks of the same tag, one of those whose fields are not simply compared.
intnat Comparer::blocks(tag_t tag, Value a, Value b) {
  switch (tag) {
    case Forward_tag: return replace(Field(a, 0), Field(b, 0));
    case String_tag: return a == b ? 0 : compare_strings(a, b);
    case Double_tag: return doubles(a, b, 1);
    case Double_array_tag: {
      mlsize_t count_a = Wosize_val(a) / Double_wosize;
      mlsize_t count_b = Wosize_val(b) / Double_wosize;
      if (count_a != count_b) return count_a < count_b ? -1 : 1;
      return doubles(a, b, count_a);
    }
    case Object_tag:
      return compare_ids(Long_val(Field(a, Oid_val_field)), Long_val(Field(b, Oid_val_field)));
    case Custom_tag: return customs(a, b);
    case Abstract_tag: return invalid("compare: abstract value");
    case Cont_tag: return invalid("compare: continuation value");
    default: return invalid("compare: functional value");
  }
}

intnat Comparer::rare_pair(Value a, Value b) {
  if (Is_long(a) || Is_long(b)) return with_immediate(a, b);
  tag_t tag_a = Tag_val(a);
  tag_t tag_b = Tag_val(b);
  if (tag_a == tag_b) return blocks(tag_a, a, b);
  if (tag_a == Forward_tag) return replace(Field(a, 0), b);
  if (tag_b == Forward_tag) return replace(a, Field(b, 0));
  // A function and another of a recursive group are both functions.
  if (tag_a == Infix_tag) tag_a = Closure_tag;
  if (tag_b == Infix_tag) tag_b = Closure_tag;
  if (tag_a == tag_b) return blocks(tag_a, a, b);
  return static_cast<intnat>(tag_a) - static_cast<intnat>(tag_b);
}

constexpr bool has_plain_fields(tag_t tag) { return tag < Cont_tag || tag == Lazy_tag; }

Comparison Comparer::run(Value a, Value b) {
  for (;;) {
    if (a == b && (total_ || Is_long(a))) {
      // Equal.
    } else if (Is_long(a) && Is_long(b)) {
      return {Long_val(a) - Long_val(b), false};
    } else if (Is_block(a) && Is_block(b) && Tag_val(a) == Tag_val(b) &&
               has_plain_fields(Tag_val(a))) {
      mlsize_t wosize = Wosize_val(a);
      if (wosize != Wosize_val(b)) return {wosize < Wosize_val(b) ? -1 : 1, false};
      if (wosize > 1) {
        if (depth_ == capacity_ && !grow_stack()) return {0, true};
        stack_[depth_++] = Item{&Field(a, 1), &Field(b, 1), wosize - 1};
      }
      if (wosize > 0) {
        a = Field(a, 0);
        b = Field(b, 0);
        continue;
      }
    } else {
      intnat order = rare_pair(a, b);
      if (order == kReplaced) {
        a = a_;
        b = b_;
        continue;
      }
      if (order != 0) return {order, raised_};
    }
    if (depth_ == 0) return {0, false};
    Item& item = stack_[depth_ - 1];
    a = *item.a++;
    b = *item.b++;
    if (--item.count == 0) depth_--;
  }
}

// What most comparisons are: of two strings, or of two small blocks that are told apart by integers
// or are equal without looking deeper. False: `order` is not known yet.
bool compare_quickly(Value a, Value b, bool total, intnat* order) {
  constexpr mlsize_t kSmallWosize = 4;
  if (Is_long(a) || Is_long(b) || Tag_val(a) != Tag_val(b)) return false;
  if (Tag_val(a) == String_tag) {
    *order = a == b ? 0 : compare_strings(a, b);
    return true;
  }
  mlsize_t wosize = Wosize_val(a);
  if (!has_plain_fields(Tag_val(a)) || wosize > kSmallWosize || Wosize_val(b) != wosize)
    return false;
  for (mlsize_t i = 0; i < wosize; i++) {
    Value x = Field(a, i), y = Field(b, i);
    if (x == y && (total || Is_long(x))) continue;
    if (Is_block(x) || Is_block(y)) return false;
    *order = Long_val(x) - Long_val(y);
    return true;
  }
  *order = 0;
  return true;
}

// The six relations: whether `order`, when it is one, is in the relation.
template <class Relation>
Value related(Value a, Value b, Relation relation) {
  Comparison c = compare_values(a, b, false);
  return c.raised ? kNoValue : Val_bool(relation(c.order));
}

}  // namespace

Comparison compare_values(Value a, Value b, bool total) {
  if (Is_long(a) && Is_long(b)) return {Long_val(a) - Long_val(b), false};
  intnat order;
  if (compare_quickly(a, b, total, &order)) return {order, false};
  return Comparer(total).run(a, b);
}

Value caml_compare(Value a, Value b) {
  Comparison c = compare_values(a, b, true);
  if (c.raised) return kNoValue;
  return Val_int((c.order > 0) - (c.order < 0));
}

Value caml_equal(Value a, Value b) {
  return related(a, b, [](intnat order) { return order == 0; });
}
Value caml_notequal(Value a, Value b) {
  return related(a, b, [](intnat order) { return order != 0; });
}
Value caml_lessthan(Value a, Value b) {
  return related(a, b, [](intnat order) { return order < 0 && order != kUnordered; });
}
Value caml_lessequal(Value a, Value b) {
  return related(a, b, [](intnat order) { return order <= 0 && order != kUnordered; });
}
Value caml_greaterthan(Value a, Value b) {
  return related(a, b, [](intnat order) { return order > 0; });
}
Value caml_greaterequal(Value a, Value b) {
  return related(a, b, [](intnat order) { return order >= 0; });
}

}  // namespace bactrian
