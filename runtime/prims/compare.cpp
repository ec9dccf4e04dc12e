// SPDX-License-Identifier: Apache-2.0
// Structural comparison (compare, =, <, ...): depth first with an explicit stack of the fields
// still to be compared, which ends in Out_of_memory at the size at which OCaml's does (cyclic
// values). Never allocates in the OCaml heap unless it raises. Runs to its end: no polling inside.
#include "runtime/prims/compare.h"

#include <cstring>

#include "runtime/heap/alloc.h"
#include "runtime/interp/fail.h"

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
  struct Item {
    Value* a;
    Value* b;
    mlsize_t count;
  };
  // What one step decides: an order, or to go on with the pair (a_, b_).
  enum class Step { kEqual, kDescend, kOrdered };

  Step step();
  Step ordered(intnat order) {
    order_ = order;
    return order == 0 ? Step::kEqual : Step::kOrdered;
  }
  Step invalid(const char* message) {
    raised_ = caml_invalid_argument(message) == kNoValue;
    return Step::kOrdered;
  }
  Step with_immediate(Value block, Value& forwarded, intnat when_plain);
  Step blocks_of_tag(tag_t tag);
  Step doubles(mlsize_t count);
  Step strings();
  Step customs();
  Step custom_result(int result);
  Step fields();
  bool push(Value* a, Value* b, mlsize_t count);

  static constexpr std::size_t kInlineStack = 16;
  static constexpr std::size_t kMaxStack = 512 * 1024;

  bool total_;
  bool raised_ = false;
  intnat order_ = 0;
  Value a_ = Val_unit;
  Value b_ = Val_unit;
  Item* stack_ = inline_stack_;
  std::size_t depth_ = 0;
  std::size_t capacity_ = kInlineStack;
  Item inline_stack_[kInlineStack];
};

bool Comparer::push(Value* a, Value* b, mlsize_t count) {
  if (depth_ == capacity_) {
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
  }
  stack_[depth_++] = Item{a, b, count};
  return true;
}

Comparer::Step Comparer::custom_result(int result) {
  if (dom().compare_unordered && !total_) return ordered(kUnordered);
  return ordered(result);
}

// `forwarded` is the one of a_ and b_ that is the block.
Comparer::Step Comparer::with_immediate(Value block, Value& forwarded, intnat when_plain) {
  switch (Tag_val(block)) {
    case Forward_tag: forwarded = Field(block, 0); return Step::kDescend;
    case Custom_tag:
      if (auto* compare_ext = Custom_ops_val(block)->compare_ext) {
        dom().compare_unordered = false;
        return custom_result(compare_ext(a_, b_));
      }
      [[fallthrough]];
    default: return ordered(when_plain);
  }
}

Comparer::Step Comparer::doubles(mlsize_t count) {
  for (mlsize_t i = 0; i < count; i++) {
    double x = Double_flat_field(a_, i);
    double y = Double_flat_field(b_, i);
    if (x < y) return ordered(-1);
    if (x > y) return ordered(1);
    if (x == y) continue;
    if (!total_) return ordered(kUnordered);
    if (x == x) return ordered(1);
    if (y == y) return ordered(-1);
  }
  return Step::kEqual;
}

Comparer::Step Comparer::strings() {
  mlsize_t length_a = caml_string_length(a_);
  mlsize_t length_b = caml_string_length(b_);
  int order =
      std::memcmp(String_val(a_), String_val(b_), length_a < length_b ? length_a : length_b);
  if (order != 0) return ordered(order);
  return ordered(static_cast<intnat>(length_a) - static_cast<intnat>(length_b));
}

Comparer::Step Comparer::customs() {
  const CustomOperations* ops_a = Custom_ops_val(a_);
  const CustomOperations* ops_b = Custom_ops_val(b_);
  if (ops_a->compare != ops_b->compare)
    return ordered(std::strcmp(ops_a->identifier, ops_b->identifier) < 0 ? -1 : 1);
  if (ops_a->compare == nullptr) return invalid("compare: abstract value");
  dom().compare_unordered = false;
  return custom_result(ops_a->compare(a_, b_));
}

Comparer::Step Comparer::fields() {
  mlsize_t wosize = Wosize_val(a_);
  if (wosize != Wosize_val(b_))
    return ordered(static_cast<intnat>(wosize) - static_cast<intnat>(Wosize_val(b_)));
  if (wosize == 0) return Step::kEqual;
  if (wosize > 1 && !push(&Field(a_, 1), &Field(b_, 1), wosize - 1)) return Step::kOrdered;
  a_ = Field(a_, 0);
  b_ = Field(b_, 0);
  return Step::kDescend;
}

Comparer::Step Comparer::blocks_of_tag(tag_t tag) {
  switch (tag) {
    case Forward_tag:
      a_ = Field(a_, 0);
      b_ = Field(b_, 0);
      return Step::kDescend;
    case String_tag: return a_ == b_ ? Step::kEqual : strings();
    case Double_tag: return doubles(1);
    case Double_array_tag: {
      auto count_a = static_cast<intnat>(Wosize_val(a_) / Double_wosize);
      auto count_b = static_cast<intnat>(Wosize_val(b_) / Double_wosize);
      if (count_a != count_b) return ordered(count_a - count_b);
      return doubles(static_cast<mlsize_t>(count_a));
    }
    case Abstract_tag: return invalid("compare: abstract value");
    case Closure_tag:
    case Infix_tag: return invalid("compare: functional value");
    case Cont_tag: return invalid("compare: continuation value");
    case Object_tag:
      return ordered(Long_val(Field(a_, Oid_val_field)) - Long_val(Field(b_, Oid_val_field)));
    case Custom_tag: return customs();
    default: return fields();
  }
}

Comparer::Step Comparer::step() {
  if (a_ == b_ && (total_ || Is_long(a_))) return Step::kEqual;
  if (Is_long(a_)) {
    if (Is_long(b_)) return ordered(Long_val(a_) - Long_val(b_));
    return with_immediate(b_, b_, -1);
  }
  if (Is_long(b_)) return with_immediate(a_, a_, 1);
  tag_t tag_a = Tag_val(a_);
  tag_t tag_b = Tag_val(b_);
  if (tag_a != tag_b) {
    if (tag_a == Forward_tag || tag_b == Forward_tag) {
      Value& forwarded = tag_a == Forward_tag ? a_ : b_;
      forwarded = Field(forwarded, 0);
      return Step::kDescend;
    }
    // A function and another of a recursive group are both functions.
    if (tag_a == Infix_tag) tag_a = Closure_tag;
    if (tag_b == Infix_tag) tag_b = Closure_tag;
    if (tag_a != tag_b) return ordered(static_cast<intnat>(tag_a) - static_cast<intnat>(tag_b));
  }
  return blocks_of_tag(tag_a);
}

Comparison Comparer::run(Value a, Value b) {
  a_ = a;
  b_ = b;
  for (;;) {
    Step result = step();
    if (result == Step::kDescend) continue;
    if (result == Step::kOrdered) return {order_, raised_};
    if (depth_ == 0) return {0, false};
    Item& item = stack_[depth_ - 1];
    a_ = *item.a++;
    b_ = *item.b++;
    if (--item.count == 0) depth_--;
  }
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
