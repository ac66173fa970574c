"""The README promises nothing that no test holds."""

import re
from pathlib import Path

from tests.named import missing, named_in

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
HELD_BY = {
    "What a command says was saved survives a power cut.": """
        `faults/test_store_power.py::test_a_power_cut_leaves_all_that_was_acknowledged_and_whole_batches`
        `faults/test_daemon_kill.py::test_kill_9_at_any_moment_loses_nothing_that_was_acknowledged`""",
    "Nodes that can reach each other come to hold the same, whatever was lost on the way.": """
        `sim/test_days.py::test_a_day_of_losses_partitions_crashes_and_wrong_clocks_converges`
        `property/test_standing.py::test_nodes_that_gossip_come_to_hold_the_same`""",
    "What verifies by nobody's key is not shown and not passed on, whatever way it came.": """
        `faults/test_hostile.py::test_ten_thousand_hostile_objects_stay_outside_and_all_good_ones_get_in`
        `faults/test_hostile_doors.py::test_hostile_objects_stay_outside_a_whole_node`
        `faults/test_mutation.py::test_a_flipped_bit_in_any_kind_is_refused_at_every_door`""",
    "Severe warnings need a role, and overtake everything else on the air.": """
        `unit/board/test_rules.py::test_severe_and_extreme_need_a_coordinator_or_a_steward`
        `unit/protocol/test_outbox.py::test_an_urgent_object_overtakes_a_batch_in_its_middle_and_the_batch_goes_on`""",
    "A node sends at most 4 % of every hour, and at most 8 % with what is urgent, also across "
    "restarts; an outage that two declared moves the 4 up to 6, and never the 8.": """
        `unit/board/test_modes.py::test_no_mode_passes_what_an_emergency_may_use`
        `unit/board/test_modes.py::test_one_alone_changes_nothing_and_two_do`
        `unit/protocol/test_ledger.py::test_urgent_frames_fit_up_to_eight_per_cent_of_both_together`
        `unit/protocol/test_transmitter.py::test_without_a_clock_the_account_is_kept_after_a_restart`""",
    "Who may speak follows from the signed objects alone, in any order of arrival.": """
        `property/test_standing.py::test_any_part_in_any_order_gives_one_standing`""",
    "One revocation from paper takes the trust from a lost phone; one stolen steward's key does "
    "not bring down two others who agree.": """
        `interop/test_identity.py::test_the_sheet_gives_the_identity_back_and_revokes_the_lost_device`
        `unit/board/test_revocations.py::test_one_stolen_key_does_not_bring_down_two_who_agree`""",
    "A private message is read by its recipients only, and shown once; nodes learn neither text "
    "nor writer.": """
        `interop/test_messages.py::test_two_people_whose_nodes_never_meet_write_by_way_of_a_third_and_nodes_learn_nothing`
        `unit/person/test_mail.py::test_a_message_shows_once_however_nodes_wrap_and_repeat_it`
        `unit/api/test_sealed.py::test_the_node_signs_and_who_asked_does_not_appear`""",
    "What moderators do is on record, with who and why; what they hide can be read and "
    "restored.": """
        `interop/test_moderation.py::test_what_is_hidden_leaves_the_board_and_comes_back`
        `unit/api/test_people.py::test_every_act_is_on_record_and_says_whether_it_is_in_force`""",
    "No secret of a person is in a node's files, logs or documents.": """
        `interop/test_secrets.py::test_no_secret_of_a_person_is_in_a_file_of_the_node`
        `interop/test_secrets.py::test_no_secret_is_in_the_log_of_a_node_that_logs_everything`
        `interop/test_secrets.py::test_no_secret_is_in_any_document_of_the_node`""",
    "Radios may be unplugged, silent, rebooting or talking nonsense; the node uses them again by "
    "itself.": """
        `faults/test_radio_faults.py::test_after_any_faults_a_frame_is_carried_both_ways`
        `interop/test_node.py::test_a_radio_that_vanishes_in_any_way_is_used_again`""",
    "A place, a seat or a number in a queue is never sold twice, whatever was cut off from "
    "whatever.": """
        `property/test_selling.py::test_nothing_is_sold_twice`
        `interop/test_selling_nodes.py::test_a_node_sells_to_who_asks_elsewhere_and_then_the_other_one_by_itself`""",
    "What was only asked for is never shown as booked or promised.": """
        `unit/api/test_capacity.py::test_where_a_host_has_the_word_nothing_is_booked_before`
        `unit/api/test_feeds.py::test_what_is_only_asked_for_is_not_shown_as_booked`
        `unit/board/exchange/test_life.py::test_what_is_asked_for_is_not_promised`
        `unit/board/exchange/test_life.py::test_nothing_is_promised_without_the_authors_word`""",
    "How full a place is comes with who said it and how long ago, and fades.": """
        `unit/board/places/test_crowding.py::test_a_word_is_shown_with_its_age_and_who_said_it`
        `unit/board/places/test_crowding.py::test_a_word_fades_to_unknown_and_disappears`""",
    "Nobody reads that help is on the way unless somebody has said so, by name.": """
        `unit/board/test_calls.py::test_on_the_way_is_said_of_nobody_who_did_not_say_so`
        `interop/test_calls.py::test_a_call_goes_from_hand_to_hand_and_comes_back`""",
    "An outage takes two coordinators where there are two, ends by itself, and leaves everything "
    "as it was.": """
        `interop/test_calls.py::test_a_mode_takes_two_and_back_to_normal_is_exact`
        `sim/test_modes.py::test_a_mode_that_nobody_renews_ends_by_itself_on_every_node`
        `sim/test_modes.py::test_after_an_outage_with_half_of_the_nodes_lost_all_settings_are_as_before`""",
    "An official alert stands on the board once, whoever brings it, and only its source's "
    "all-clear ends it.": """
        `interop/test_alerts.py::test_an_alert_comes_by_stick_once_and_both_who_brought_it_are_named`
        `unit/node/test_feeds.py::test_what_vanishes_is_marked_and_never_called_over`""",
    "A printed item proves itself on a node that never heard of it.": """
        `interop/test_paper.py::test_what_was_printed_here_verifies_on_a_node_that_never_heard_of_it`""",
    "Nodes without a common radio path sync over the internet, at a cost that follows the "
    "difference.": """
        `interop/test_node.py::test_two_nodes_without_radio_sync_over_tls_and_again_after_a_restart`
        `sim/test_workloads.py::test_what_a_stream_costs_follows_the_difference_and_not_the_set`""",
}


def promises() -> list[str]:
    """Return the sentences of the README's list."""
    section = README.split("## What it promises\n")[1].split("\n## ")[0]
    return re.findall(r"^- (.*)$", section, re.MULTILINE)


def test_every_promise_names_its_tests_and_no_test_holds_a_promise_that_is_gone() -> None:
    assert promises() == list(HELD_BY)


def test_the_tests_behind_the_promises_are_there() -> None:
    for promise, tests in HELD_BY.items():
        assert named_in(tests), promise
        assert missing(named_in(tests)) == [], promise


def test_no_badge_says_what_nobody_checks() -> None:
    assert not re.search(r"!\[|shields\.io", README)
    pictures = re.findall(r"<img src=\"([^\"]*)\"", README)
    assert len(pictures) == README.count("<img")
    assert all(one.startswith("docs/images/phone-") for one in pictures)
