// SPDX-License-Identifier: Apache-2.0
// A random program on the heap, beside a model of it: blocks of all kinds are made, changed,
// dropped and compared with the model, under every mode of the collector.
#include <memory>
#include <random>
#include <unordered_map>
#include <vector>

#include "tests/unit/heap_fixture.h"

namespace bactrian {
namespace {

struct Node {
  tag_t tag = 0;
  std::vector<Node*> fields;  // Null: the integer `ints[i]`.
  std::vector<intnat> ints;
};
using NodePtr = Node*;

constexpr int kSlots = 64;

class GraphProgram {
 public:
  explicit GraphProgram(unsigned seed) : random_(seed) {
    for (int i = 0; i < kSlots; i++) slots_[i] = Val_unit;
  }

  void step() {
    switch (random_() % 12) {
      case 0:
      case 1:
      case 2:
      case 3: make(); break;
      case 4:
      case 5:
      case 6: modify(); break;
      case 7: move_down(); break;
      case 8: drop(); break;
      case 9: make_string(); break;
      case 10:
        if (random_() % 8 == 0) caml_minor_collection();
        break;
      default:
        if (random_() % 4 == 0) major_slice_now();
        break;
    }
  }

  void check() {
    std::unordered_map<const Node*, Value> seen;
    for (int i = 0; i < kSlots; i++) check_value(slots_[i], models_[i], seen);
  }

 private:
  static void major_slice_now() {
    caml_minor_collection();
    heap().pacing.backlog += 3000;
    major_slice();
  }

  int slot() { return static_cast<int>(random_() % kSlots); }

  void make() {
    static constexpr unsigned kSizes[] = {1, 1, 2, 2, 3, 4, 8, 17, 60, 256, 257, 700, 1500, 6000};
    unsigned wosize = kSizes[random_() % (random_() % 8 == 0 ? 14 : 9)];
    Node* node = new_node();
    node->tag = random_() % 200;
    Value v = caml_alloc(wosize, node->tag);
    node->fields.resize(wosize);
    node->ints.resize(wosize);
    for (unsigned k = 0; k < wosize; k++) {
      int from = slot();
      if (random_() % 2 == 0 && models_[from] != nullptr) {
        node->fields[k] = models_[from];
        caml_modify(&Field(v, k), slots_[from]);
      } else {
        node->ints[k] = static_cast<intnat>(random_());
        caml_modify(&Field(v, k), Val_long(node->ints[k]));
      }
    }
    set(slot(), v, node);
  }

  void make_string() {
    Node* node = new_node();
    node->tag = String_tag;
    auto length = static_cast<mlsize_t>(random_() % (random_() % 16 == 0 ? 20000 : 50));
    Value s = caml_alloc_string(length);
    for (mlsize_t i = 0; i < length; i++) {
      Byte_u(s, i) = static_cast<unsigned char>(random_());
      node->ints.push_back(Byte_u(s, i));
    }
    set(slot(), s, node);
  }

  void modify() {
    int to = slot(), from = slot();
    if (models_[to] == nullptr || models_[to]->tag == String_tag) return;
    std::size_t k = random_() % models_[to]->fields.size();
    if (models_[from] == nullptr) {
      models_[to]->fields[k] = nullptr;
      models_[to]->ints[k] = 7;
      caml_modify(&Field(slots_[to], k), Val_long(7));
    } else {
      models_[to]->fields[k] = models_[from];
      caml_modify(&Field(slots_[to], k), slots_[from]);
    }
  }

  // The slot moves on to one of its fields: what lies above it becomes garbage.
  void move_down() {
    int i = slot();
    if (models_[i] == nullptr || models_[i]->tag == String_tag) return;
    std::size_t k = random_() % models_[i]->fields.size();
    NodePtr child = models_[i]->fields[k];
    if (child != nullptr) set(slot(), Field(slots_[i], k), child);
  }

  void drop() { set(slot(), Val_unit, nullptr); }

  void set(int i, Value v, NodePtr node) {
    slots_[i] = v;
    models_[i] = node;
  }

  void check_value(Value v, const Node* node, std::unordered_map<const Node*, Value>& seen) {
    std::vector<std::pair<Value, const Node*>> todo;
    if (node != nullptr) todo.push_back({v, node});
    while (!todo.empty()) {
      auto [value, model] = todo.back();
      todo.pop_back();
      auto [it, fresh] = seen.insert({model, value});
      ASSERT_EQ(it->second, value) << "sharing is lost";
      if (!fresh) continue;
      ASSERT_EQ(model->tag, Tag_val(value));
      if (model->tag == String_tag) {
        ASSERT_EQ(model->ints.size(), caml_string_length(value));
        for (std::size_t i = 0; i < model->ints.size(); i++)
          ASSERT_EQ(model->ints[i], Byte_u(value, i));
        continue;
      }
      ASSERT_EQ(model->fields.size(), Wosize_val(value));
      for (std::size_t i = 0; i < model->fields.size(); i++) {
        if (model->fields[i] == nullptr)
          ASSERT_EQ(Val_long(model->ints[i]), Field(value, i));
        else
          todo.push_back({Field(value, i), model->fields[i]});
      }
    }
  }

  Node* new_node() { return nodes_.emplace_back(std::make_unique<Node>()).get(); }

  std::vector<std::unique_ptr<Node>> nodes_;  // All that ever were: the model is not collected.
  std::mt19937 random_;
  Value slots_[kSlots];
  RootedSpan rooted_{slots_, kSlots};
  NodePtr models_[kSlots] = {};
};

void run_program(unsigned seed, int steps, int check_every) {
  GraphProgram program(seed);
  for (int i = 0; i < steps; i++) {
    program.step();
    if (i % check_every == check_every - 1) {
      program.check();
      if (testing::Test::HasFatalFailure()) return;
    }
  }
}

TEST_F(HeapTest, GraphAgreesWithModel) {
  for (unsigned seed = 1; seed <= 4; seed++) run_program(seed, 30000, 3000);
}

TEST_F(HeapTest, GraphWithVerifier) {
  options().verify_heap = 2;
  run_program(11, 8000, 1000);
}

TEST_F(HeapTest, GraphUnderStress) {
  options().gc_stress = true;
  options().gc_stress_major = 40;
  restart();
  run_program(12, 2000, 200);
}

TEST_F(HeapTest, GraphUnderStressWithVerifier) {
  options().gc_stress = true;
  options().gc_stress_major = 25;
  options().verify_heap = 1;
  restart();
  run_program(13, 300, 50);
}

TEST_F(HeapTest, GraphWithTinyMarkStack) {
  heap().mark_stack_max = 3;
  run_program(14, 20000, 2000);
  EXPECT_GT(heap().stats.mark_stack_overflows, 0);
}

TEST_F(HeapTest, GraphWithLostRememberedSet) {
  GraphProgram program(15);
  for (int i = 0; i < 10000; i++) {
    program.step();
    heap().refs.count = 0;
    heap().refs_overflowed = true;
    if (i % 500 == 0) program.check();
  }
}

TEST_F(HeapTest, GraphSurvivesOutOfMemory) {
  options().heap_limit = heap().memory.system_bytes + (std::size_t{32} << 20);
  run_program(16, 60000, 10000);
}

// ---- Shapes -----------------------------------------------------------------------------------

TEST_F(HeapTest, LongListsBothWays) {
  Root right(list(300'000)), left(Val_unit);
  for (int i = 0; i < 300'000; i++) left = pair(left, Val_int(i));
  caml_full_major();
  EXPECT_EQ(300'000, length(right));
  int n = 0;
  for (Value v = left; Is_block(v); v = Field(v, 0)) n++;
  EXPECT_EQ(300'000, n);
}

TEST_F(HeapTest, WideArrayIsMarkedWithASmallStack) {
  Root array(caml_alloc(500'000, 0));
  for (mlsize_t i = 0; i < 500'000; i++) {
    Value v = pair(Val_unit, Val_unit);
    caml_modify(&Field(array, i), v);
  }
  caml_full_major();
  EXPECT_LE(heap().mark_stack.capacity, 4096u);
}

TEST_F(HeapTest, InfixPointers) {
  // code, info | infix header, code, info | variable
  Root closure(caml_alloc(6, Closure_tag));
  auto fill = [&] {
    Field(closure, 0) = Field(closure, 3) = Value{1};
    Field(closure, 1) = Make_closinfo(1, 5);
    Field(closure, 2) = Value{static_cast<std::int64_t>(bits(Make_header(3, Infix_tag)))};
    Field(closure, 4) = Make_closinfo(1, 2);
  };
  fill();
  Root variable(pair(Val_int(1), Val_int(2)));
  caml_modify(&Field(closure, 5), variable);
  Root infix(value_plus(closure, 3 * sizeof(Value)));
  closure = Val_unit;
  variable = Val_unit;
  caml_minor_collection();
  verify_heap("infix");
  caml_full_major();
  ASSERT_EQ(Infix_tag, Tag_val(infix));
  Value whole = value_minus(infix, Infix_offset_val(infix));
  EXPECT_EQ(Closure_tag, Tag_val(whole));
  EXPECT_EQ(Val_int(2), Field(Field(whole, 5), 1));
  verify_heap("infix, major");
}

TEST_F(HeapTest, ForwardsAreSkippedWhereTheyMay) {
  auto forward_to = [](Value v) {
    Root r(v);
    Value f = caml_alloc_small(1, Forward_tag);
    Field(f, 0) = r;
    return f;
  };
  Root to_pair(forward_to(pair(Val_unit, Val_unit)));
  Root to_int(forward_to(Val_int(3)));
  Root to_float(forward_to(caml_copy_double(1.5)));
  Root twice(forward_to(forward_to(pair(Val_unit, Val_unit))));
  caml_minor_collection();
  EXPECT_EQ(0u, Tag_val(to_pair));
  EXPECT_EQ(Val_int(3), to_int.get());
  EXPECT_EQ(Forward_tag, Tag_val(to_float));
  EXPECT_EQ(1.5, Double_val(Field(to_float, 0)));
  EXPECT_EQ(Forward_tag, Tag_val(twice));
}

}  // namespace
}  // namespace bactrian
