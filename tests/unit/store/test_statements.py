from meshnode.protocol.effects import ForgetRemoved, RemoveObject, SaveSetting, StoreObject
from meshnode.store.statements import ADD_OBJECT, DELETE_OBJECT, FORGET_DAMAGED, plan
from tests.unit.store.samples import sample, samples, stores


def test_a_long_list_of_replacements_becomes_a_few_batches():
    effects = []
    for new, old in zip(samples(500, first=501), samples(500), strict=True):
        effects += [RemoveObject(old.id, "replaced", 9), StoreObject(new, "radio")]
    *batches, last = plan(effects, arrival_first=1)
    assert (last.sql, len(last.rows)) == (FORGET_DAMAGED, 1)
    assert len(batches) == 4
    assert {len(batch.rows) for batch in batches} == {500}


def test_arrivals_are_numbered_by_the_stored_objects_alone():
    effects = [SaveSetting("a", b""), *stores(samples(2)), ForgetRemoved(1), *stores([sample(3)])]
    [batch] = [batch for batch in plan(effects, arrival_first=7) if batch.sql == ADD_OBJECT]
    assert [row[0] for row in batch.rows] == [7, 8, 9]


def test_effects_on_the_same_id_keep_their_order():
    one = sample(1)
    effects = [StoreObject(one, None), RemoveObject(one.id, "old", 1), StoreObject(one, None)]
    order = [batch.sql for batch in plan(effects, arrival_first=1)]
    assert [sql for sql in order if sql in {ADD_OBJECT, DELETE_OBJECT}] == [
        ADD_OBJECT,
        DELETE_OBJECT,
        ADD_OBJECT,
    ]


def test_nothing_to_do_is_no_batch():
    assert plan([], arrival_first=1) == ()
