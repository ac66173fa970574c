"""The disk of a modelled node: what survives a crash."""

from dataclasses import dataclass, field

from meshnode.protocol.effects import ForgetRemoved, RemoveObject, SaveSetting, StoreObject
from meshnode.protocol.object import ObjectId, SignedObject


@dataclass(slots=True)
class Disk:
    """What survives a crash of one node."""

    objects: dict[ObjectId, SignedObject] = field(default_factory=dict)
    removed: dict[ObjectId, tuple[str, int]] = field(default_factory=dict)
    settings: dict[str, bytes] = field(default_factory=dict)
    sequence: int = 0

    def carry_out(self, effect: StoreObject | RemoveObject | ForgetRemoved | SaveSetting) -> None:
        """Do to the disk what the store would do."""
        match effect:
            case StoreObject(thing, _):
                self.objects[thing.id] = thing
            case RemoveObject(thing_id, reason, until_min):
                self.objects.pop(thing_id, None)
                self.removed[thing_id] = (reason, until_min)
            case ForgetRemoved(minute):
                over = [one for one, (_, until) in self.removed.items() if until <= minute]
                for thing_id in over:
                    del self.removed[thing_id]
            case SaveSetting(key, value):
                self.settings[key] = value
