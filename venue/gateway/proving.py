"""Answers about what anyone can check: published roots, the proof of an account, a receipt.

A proof costs hashes that are at hand, a receipt one row of the journal and one signature. Both
come out of one bucket of the whole venue, so that nobody keeps it busy with proving.
"""

from functools import partial

import msgspec

from venue.gateway import private_params as ask
from venue.gateway import public_params as public
from venue.gateway import results
from venue.gateway.connection import Connection, refusal
from venue.gateway.refusals import DOOR_SENTENCES, DoorReason
from venue.gateway.wire_types import RequestId


def roots(bot: Connection, request_id: RequestId, params: public.RootsParams, now_s: float) -> None:
    """Answer ``public/get_roots``."""
    found = bot.services.proofs.roots_json()
    if found is None:
        raise refusal(DoorReason.NO_ROOTS_YET)
    bot.tell(request_id, msgspec.convert(found, results.RootsResult))


def proof(bot: Connection, request_id: RequestId, params: ask.ProofParams, now_s: float) -> None:
    """Answer ``private/get_proof``, against what was published last."""
    account = bot.sender_of(params.account).account
    proofs = bot.services.proofs
    if proofs.roots_json() is None:
        raise refusal(DoorReason.NO_ROOTS_YET)
    _take_turn(bot, now_s)
    found = proofs.proof_json(account)
    if found is None:
        raise refusal(DoorReason.NOT_IN_ROOTS, account=account)
    bot.tell(request_id, msgspec.convert(found, results.ProofResult))


def receipt(
    bot: Connection, request_id: RequestId, params: ask.ReceiptParams, now_s: float
) -> None:
    """Answer ``private/get_receipt``, of a command of any of the owner's accounts."""
    services = bot.services
    accounts = services.families.accounts_of[bot.sender.owner]
    _take_turn(bot, now_s)
    bot.begin_answer()
    services.begin_question(bot.account)
    services.proofs.ask_receipt(
        params.seq, accounts, partial(_handed, bot, request_id, bot.account, params.seq)
    )


def _handed(
    bot: Connection,
    request_id: RequestId,
    asker: int,
    seq: int,
    found: results.ReceiptResult | DoorReason,
) -> None:
    bot.services.end_question(asker)
    if not bot.end_answer():
        return
    if isinstance(found, DoorReason):
        bot.refuse(request_id, found, DOOR_SENTENCES[found], {"seq": seq})
    else:
        bot.tell(request_id, found)


def _take_turn(bot: Connection, now_s: float) -> None:
    wait_s = bot.services.proving.take(1, now_s=now_s)
    if wait_s:
        raise refusal(DoorReason.PROVER_BUSY, retry_after_ms=int(wait_s * 1_000) + 1)
