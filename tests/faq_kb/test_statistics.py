"""The numerical parts, each against a slower way to the same figure."""

from dataclasses import replace

import numpy as np
import pytest

from faq_kb.calibration import ALONE, WITH_HEAD
from faq_kb.centring import ENOUGH_TEXTS, Means, unit
from faq_kb.coverage import Coverage, fair_letters
from faq_kb.domain import Domain, left_out
from faq_kb.features import NAMES
from faq_kb.head import Head, entry_means, left_out_logits, precision
from faq_kb.scoring import (
    Lanes,
    best_first,
    best_of_entry,
    fused,
    posterior,
    soft_best_of_entry,
    standardised,
)

RANDOM = np.random.default_rng(7)


def rows(count: int, dimensions: int = 12) -> np.ndarray:
    return unit(RANDOM.normal(size=(count, dimensions)).astype(np.float32))


def test_centring_removes_what_a_language_adds() -> None:
    meaning = rows(40)
    shifts = {"pt": 2 * rows(1)[0], "zh": 2 * rows(1)[0]}
    shifted = np.concatenate([unit(meaning + shifts["pt"]), unit(meaning + shifts["zh"])])
    languages = ["pt"] * 40 + ["zh"] * 40
    centred = Means.estimate(shifted, languages).centre(shifted, languages)
    likeness = centred[40:] @ centred[:40].T
    assert (likeness.argmax(axis=1) == np.arange(40)).mean() > 0.9


def test_few_texts_are_drawn_to_the_pooled_mean() -> None:
    vectors = np.concatenate([rows(ENOUGH_TEXTS * 2), rows(3)])
    languages = ["pt"] * ENOUGH_TEXTS * 2 + ["uk"] * 3
    means = Means.estimate(vectors, languages)
    own = vectors[-3:].mean(axis=0)
    assert means.of("pt") == pytest.approx(vectors[:-3].mean(axis=0), abs=1e-6)
    assert means.of("uk") == pytest.approx(0.1 * own + 0.9 * means.pooled, abs=1e-6)
    assert means.of("el") == pytest.approx(means.pooled)


def test_leaving_a_row_out_equals_fitting_without_it() -> None:
    vectors, entry = rows(12), np.repeat(np.arange(3, dtype=np.int32), 4)
    inverse = precision(vectors, entry)
    means, counts = entry_means(vectors, entry), np.bincount(entry)
    quick = left_out_logits(vectors, vectors, means[entry], counts[entry], inverse)
    for i in range(12):
        rest = np.arange(12) != i
        head = Head.of_means(entry_means(vectors[rest], entry[rest]), inverse)
        assert quick[i] == pytest.approx(head.logits(vectors[i : i + 1])[0, entry[i]], rel=1e-3)


def test_distance_is_zero_at_an_entrys_mean() -> None:
    vectors, entry = rows(12), np.repeat(np.arange(3, dtype=np.int32), 4)
    means = entry_means(vectors, entry)
    head = Head.of_means(means, precision(vectors, entry))
    distances = head.distances(means, head.logits(means))
    assert np.diag(distances) == pytest.approx(np.zeros(3), abs=1e-3)
    assert (distances + 1e-3 > 0).all()


def test_one_phrasing_each_leaves_the_space_as_it_is() -> None:
    assert precision(rows(4), np.arange(4, dtype=np.int32)) == pytest.approx(np.eye(12))


def test_the_domain_rule_tells_two_clouds_apart() -> None:
    inside, outside = rows(30) + 0.8, rows(30) - 0.8
    domain = Domain.fit(inside, outside, np.eye(12, dtype=np.float32))
    assert (domain.of(inside) > 0).all()
    assert (domain.of(outside) < 0).all()
    alone, around = left_out(inside, outside, np.eye(12, dtype=np.float32))
    assert (alone <= domain.of(inside)).all()
    assert (around >= domain.of(outside)).all()


def test_a_domain_of_nothing_says_nothing() -> None:
    domain = Domain.fit(rows(3), rows(3)[:0], np.eye(12, dtype=np.float32))
    assert not domain.of(rows(5)).any()


def test_entries_by_their_rows() -> None:
    likeness = np.array([[0.9, 0.1, 0.5, -2.0]], np.float32)
    starts = np.array([0, 2])
    assert best_of_entry(likeness, starts).tolist() == [[pytest.approx(0.9), pytest.approx(0.5)]]
    soft = soft_best_of_entry(likeness, starts)
    assert 0.5 < soft[0, 0] < 0.9
    assert soft[0, 1] == pytest.approx(0.5, abs=1e-5)  # a forgotten row does not count


def test_ties_keep_the_order_of_entries() -> None:
    assert best_first(np.array([[1.0, 2.0, 2.0, 1.0]], np.float32)).tolist() == [[1, 2, 0, 3]]


def test_scores_without_spread_are_zero() -> None:
    assert not standardised(np.full((2, 3), 0.4, np.float32)).any()


def test_a_posterior_is_a_distribution() -> None:
    chance = posterior(np.array([[3.0, 1.0, -2.0]], np.float32), 0.5)
    assert chance.sum() == pytest.approx(1)
    assert chance[0, 0] > chance[0, 1] > chance[0, 2]


def test_speaking_the_language_alone_wins_nothing() -> None:
    coverage = Coverage.of(np.array([0, 1, 2], np.int32), ["en", "en", "zh"], 3)
    speaks = coverage.entries(["zh"])
    letters = fair_letters(np.array([[0.0, 0.0, 0.3]], np.float32), speaks)
    assert letters.tolist() == [[pytest.approx(0.3)] * 3]
    flat = np.zeros((1, 3), np.float32)
    lanes = Lanes(flat, flat, letters, None, speaks.mean(axis=1, dtype=np.float32))
    assert not fused(lanes).any()


def test_refitting_follows_the_data_and_keeps_unused_features_out() -> None:
    table = RANDOM.normal(size=(400, len(NAMES))).astype(np.float32)
    table = WITH_HEAD.centre + table * WITH_HEAD.scale
    right = (table[:, 0] > WITH_HEAD.centre[0]).astype(np.float32)
    fitted = WITH_HEAD.refit(table, right, np.ones(400, np.float32))
    assert fitted.weights[0] > 2 * WITH_HEAD.weights[0]
    assert (fitted.weights[WITH_HEAD.weights == 0] == 0).all()
    confidence = fitted.confidence(table)
    assert confidence[right == 1].mean() > 0.8 > 0.2 > confidence[right == 0].mean()


def test_no_data_leaves_the_shipped_weights() -> None:
    fitted = ALONE.refit(
        np.zeros((0, len(NAMES)), np.float32), np.zeros(0, np.float32), np.zeros(0, np.float32)
    )
    assert fitted.weights == pytest.approx(ALONE.weights)
    assert fitted.intercept == pytest.approx(ALONE.intercept)


def test_confidence_stops_growing_outside_what_was_seen() -> None:
    far = ALONE.centre + 100 * ALONE.scale * np.sign(ALONE.weights)
    near = ALONE.centre + 3.5 * ALONE.scale * np.sign(ALONE.weights)
    assert ALONE.confidence(np.stack([far])) == pytest.approx(ALONE.confidence(np.stack([near])))
    assert replace(ALONE, intercept=1e9).confidence(np.stack([near]))[0] <= 1
