// SPDX-License-Identifier: Apache-2.0
// Ephemerons and weak arrays, the collector's side. All of them are major blocks:
//
//    +--------+------+------+-------+-------+---
//    | header | link | data | key 0 | key 1 | ...        tag Abstract_tag; empty: caml_ephe_none
//    +--------+------+------+-------+-------+---
//
// The data is alive if the ephemeron and all its keys are. Keys are not kept alive.
//
// Marking. `todo` are those whose data is not decided. When the mark stack is empty, a pass over
// them marks the data of those whose keys are all marked, and moves them to `done`; passes go on
// until one finds that nothing was marked since it began. What the program stores into an ephemeron
// meanwhile was reachable when marking began, or is new: it gets marked anyway. What it takes out
// is marked then (weak.cpp), and so is the data of one whose keys it changes.
//
// With keep_keys an ephemeron keeps its keys alive as it does its data: they are marked when it is,
// and what is stored over is marked before, like any field's old value.
//
// A minor collection takes no notice of what is weak: as in OCaml 5, young keys and data that were
// stored since the last one are kept (they are remembered like any field).
#include "runtime/heap/ephe.h"

#include "runtime/heap/state.h"

namespace bactrian {

Header caml_ephe_none_block[2] = {Make_header(0, Abstract_tag, kColorStatic), Header{1}};

namespace {

// References to a forced lazy value may go around it at any time; keys must do the same.
void skip_forward_key(Value ephe, mlsize_t i) {
  Value key = Field(ephe, i);
  while (Is_block(key) && !Is_young(key) && Tag_val(key) == Forward_tag &&
         may_skip_forward(Field(key, 0))) {
    key = Field(key, 0);
    ephe_store(ephe, i, key);
  }
}

// True when nothing more depends on the ephemeron's keys in this cycle.
bool decide(Value ephe) {
  if (heap().ephemerons.keep_keys)
    for (mlsize_t i = kEpheFirstKey; i < Wosize_val(ephe); i++)
      if (is_unmarked(Field(ephe, i))) darken(Field(ephe, i));
  if (!is_unmarked(Field(ephe, kEpheData))) return true;
  for (mlsize_t i = kEpheFirstKey; i < Wosize_val(ephe); i++) {
    skip_forward_key(ephe, i);
    if (is_unmarked(Field(ephe, i))) return false;
  }
  darken(Field(ephe, kEpheData));
  return true;
}

void move_to_done(Value* link) {
  Ephemerons& e = heap().ephemerons;
  Value ephe = *link;
  *link = Field(ephe, kEpheLink);
  Field(ephe, kEpheLink) = e.done;
  e.done = ephe;
}

template <class F>
void for_each_ephe(F visit) {
  const Ephemerons& all = heap().ephemerons;
  for (Value list : {all.todo, all.unclean, all.done})
    for (Value e = list; e != kNoValue; e = Field(e, kEpheLink)) visit(e);
}

}  // namespace

// ---- Minor collection -------------------------------------------------------------------------

void ephe_store(Value ephe, mlsize_t i, Value v) {
  Value old = Field(ephe, i);
  if (heap().ephemerons.keep_keys) heap_darken(old);
  Field(ephe, i) = v;
  if (is_young_block(v) && !is_young_block(old)) remember_field(&Field(ephe, i));
}

void ephe_promote_all() {
  for_each_ephe([](Value e) {
    for (mlsize_t i = kEpheData; i < Wosize_val(e); i++) promote(&Field(e, i));
  });
}

void ephe_keep_keys() { heap().ephemerons.keep_keys = true; }

// ---- Major collection -------------------------------------------------------------------------

void ephe_note(Value ephe) {
  Ephemerons& e = heap().ephemerons;
  Field(ephe, kEpheLink) = e.done;
  e.done = ephe;
}

void ephe_start_marking() {
  Ephemerons& e = heap().ephemerons;
  e.todo = e.done;
  e.done = kNoValue;
  e.cursor = nullptr;
}

bool ephe_mark_some(std::size_t budget, std::size_t* work) {
  HeapState& h = heap();
  Ephemerons& e = h.ephemerons;
  if (e.cursor == nullptr) {
    e.cursor = &e.todo;
    e.marked_at_start = h.pacing.marked_words;
  }
  while (*e.cursor != kNoValue) {
    if (*work >= budget) return false;
    Value ephe = *e.cursor;
    *work += Wosize_val(ephe);
    if (!is_unmarked(ephe) && decide(ephe))
      move_to_done(e.cursor);
    else
      e.cursor = &Field(ephe, kEpheLink);
  }
  e.cursor = nullptr;
  return h.pacing.marked_words == e.marked_at_start;
}

void ephe_start_cleaning() {
  Ephemerons& e = heap().ephemerons;
  e.unclean = e.done;
  e.done = kNoValue;
}

std::size_t ephe_clean_some(std::size_t budget) {
  Ephemerons& e = heap().ephemerons;
  std::size_t work = 0;
  while (work < budget) {
    if (e.todo == kNoValue) {
      if (e.unclean == kNoValue) break;
      e.todo = e.unclean;
      e.unclean = kNoValue;
    }
    Value ephe = e.todo;
    work += Wosize_val(ephe);
    if (is_unmarked(ephe)) {
      e.todo = Field(ephe, kEpheLink);
    } else {
      ephe_clean(ephe);
      move_to_done(&e.todo);
    }
  }
  return work;
}

void ephe_clean(Value ephe) {
  bool dead = false;
  for (mlsize_t i = kEpheFirstKey; i < Wosize_val(ephe); i++) {
    skip_forward_key(ephe, i);
    if (!is_unmarked(Field(ephe, i))) continue;
    Field(ephe, i) = caml_ephe_none();
    dead = true;
  }
  if (dead) Field(ephe, kEpheData) = caml_ephe_none();
}

void ephe_clean_if_due(Value ephe) {
  if (heap().phase == Phase::kClean) ephe_clean(ephe);
}

}  // namespace bactrian
