"""How compiled rules see a World: one pointer to the headers of its arrays.

Passed as a tuple, seventy arrays would be four kilobytes a call and seconds of compilation a function. Here a World
is a numba type of its own: its array headers lie in one block of memory, written once and kept with the World, rules
hand on its address, and ``world.power`` loads one header. The arrays are borrowed: whoever called from Python holds
them. In inner loops a local name (``power = world.power``) spares the load.
"""

from __future__ import annotations

from typing import Any

import numba
from llvmlite import ir
from numba.core import cgutils, types
from numba.core.imputils import impl_ret_borrowed
from numba.core.typing.templates import AttributeTemplate, infer_getattr
from numba.extending import NativeValue, lower_getattr_generic, models, register_model, typeof_impl, unbox

from forumsim.core.world import World, empty_world

#: numba's types of the fields, read off a world whose shapes leave no doubt about memory order.
FIELD_TYPES = {name: numba.typeof(array) for name, array in empty_world(3, 2, 2).arrays()}
_INDEX = {name: place for place, name in enumerate(FIELD_TYPES)}


class WorldType(types.Type):
    """numba type of `World`; one for all sizes."""

    def __init__(self) -> None:
        super().__init__(name="forumsim.World")


WORLD_TYPE = WorldType()


@typeof_impl.register(World)
def _typeof_world(_world: World, _context: Any) -> WorldType:
    return WORLD_TYPE


@register_model(WorldType)
class _WorldModel(models.PrimitiveModel):
    def __init__(self, manager: Any, kind: WorldType) -> None:
        members = [manager.lookup(field).get_value_type() for field in FIELD_TYPES.values()]
        super().__init__(manager, kind, ir.PointerType(ir.LiteralStructType(members)))


@infer_getattr
class _WorldAttributes(AttributeTemplate):
    key = WorldType

    def generic_resolve(self, _world: WorldType, name: str) -> Any:  # type: ignore[override]
        return FIELD_TYPES.get(name)


@lower_getattr_generic(WorldType)
def _load_field(context: Any, builder: Any, _kind: WorldType, pointer: Any, name: str) -> Any:
    header = builder.load(cgutils.gep_inbounds(builder, pointer, 0, _INDEX[name]))
    # counted like any borrowed array: the compiler then removes the pairs of counting up and down altogether
    return impl_ret_borrowed(context, builder, FIELD_TYPES[name], header)


@unbox(WorldType)
def _unbox_world(kind: WorldType, world: Any, c: Any) -> NativeValue:
    number = c.pyapi.call_method(world, "header_address", ())
    failed = cgutils.is_null(c.builder, number)
    address = cgutils.alloca_once_value(c.builder, c.context.get_constant(types.intp, 0))
    with c.builder.if_then(c.builder.not_(failed), likely=True):
        c.builder.store(c.pyapi.long_as_longlong(number), address)
        c.pyapi.decref(number)
    pointer = c.builder.inttoptr(c.builder.load(address), c.context.get_value_type(kind))
    return NativeValue(pointer, is_error=failed)
