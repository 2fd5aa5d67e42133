"""Whether the SDK's own models accept an NCCO and would send the very same JSON."""

from __future__ import annotations

from typing import Any

from vonage_voice.models import ncco as sdk

_MODELS: dict[str, Any] = {
    "connect": sdk.Connect,
    "conversation": sdk.Conversation,
    "input": sdk.Input,
    "notify": sdk.Notify,
    "record": sdk.Record,
    "stream": sdk.Stream,
    "talk": sdk.Talk,
}
# Documented by the platform, dropped without a word by the SDK.
_UNKNOWN_TO_THE_SDK = {
    "conversation": {"transcription"},
    "input": {"mode"},
    "record": {"transcription"},
}


def assert_valid_ncco(ncco: list[dict[str, Any]]) -> None:
    """Fail unless every action passes its model and comes back as it was, field by field.

    A misspelt field fails, since the models drop what they do not know.
    """
    assert isinstance(ncco, list)
    assert ncco, "an empty NCCO ends the call at once"
    for action in ncco:
        name = action.get("action", "")
        assert name in _MODELS, f"no such action: {name!r}"
        hidden = _UNKNOWN_TO_THE_SDK.get(name, set())
        known = {field: value for field, value in action.items() if field not in hidden}
        assert _round_trip(_MODELS[name], known) == known


def _round_trip(model: Any, action: dict[str, Any]) -> Any:
    # The models want `from_` where the JSON has `from`.
    values = {"from_" if field == "from" else field: value for field, value in action.items()}
    dumped = model.model_validate(values).model_dump(mode="json", by_alias=True, exclude_none=True)
    # The SDK states this default whenever there is speech input.
    if "speech" in dumped and "saveAudio" not in action["speech"]:
        dumped["speech"].pop("saveAudio")
    return dumped
