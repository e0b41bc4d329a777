using System;
using System.Collections.Generic;

namespace KernelMem.Sdk.Tasks;

/// <summary>What an undefined symbol of the link means to the author of the kernel.</summary>
public static class ForbiddenSymbols
{
    private static readonly KeyValuePair<string, ForbiddenSymbol>[] s_prefixes =
    [
        new("RhpNewArray", new("KM1002", "This allocates an array on the garbage-collected heap, and a kernel has none.")),
        new("RhNewArray", new("KM1002", "This allocates an array on the garbage-collected heap, and a kernel has none.")),
        new("RhpNew", new("KM1001", "This allocates an object, or boxes a value, on the garbage-collected heap, and a kernel has none.")),
        new("RhNew", new("KM1001", "This allocates an object, or boxes a value, on the garbage-collected heap, and a kernel has none.")),
        new("RhpAssignRef", new("KM1001", "This stores a reference to an object, and a kernel has no garbage-collected heap.")),
        new("RhpCheckedAssignRef", new("KM1001", "This stores a reference to an object, and a kernel has no garbage-collected heap.")),
        new("RhpByRefAssignRef", new("KM1001", "This stores a reference to an object, and a kernel has no garbage-collected heap.")),
        new("KERNELMEM_FORBIDDEN_boxing", new("KM1003", "This boxes a value, which allocates, and a kernel has no garbage-collected heap.")),
        new("KERNELMEM_FORBIDDEN_unboxing", new("KM1003", "This unboxes a value; a kernel has no boxes.")),
        new("KERNELMEM_FORBIDDEN_lazy_static", new("KM1022", "This type has static fields that cannot be computed at compile time. Make them constants, or initialise them in an explicit method.")),
        new("KERNELMEM_FORBIDDEN_missing_member", new("KM1018", "This uses a member of .NET that a kernel does not have; the compiler names it above.")),
        new("KERNELMEM_FORBIDDEN_reflection", new("KM1018", "This uses reflection, and a kernel has none.")),
        new("KERNELMEM_FORBIDDEN_cast", new("KM1018", "This casts between classes, and a kernel has no objects.")),
        new("KERNELMEM_FORBIDDEN_array_of_references", new("KM1018", "This stores into an array of references, and a kernel has no objects.")),
        new("RhpThrow", new("KM1014", "This throws an exception, and a kernel cannot unwind. Return a Result, or call Panic.")),
        new("RhpRethrow", new("KM1014", "This throws an exception, and a kernel cannot unwind. Return a Result, or call Panic.")),
        new("RhpStackProbe", new("KM7001", "This function's frame takes several pages; a kernel stack is small.")),
    ];

    /// <summary>Finds the meaning of a symbol.</summary>
    public static bool TryFind(string symbol, out ForbiddenSymbol meaning)
    {
        foreach ((string prefix, ForbiddenSymbol candidate) in s_prefixes)
        {
            if (symbol.StartsWith(prefix, StringComparison.Ordinal))
            {
                meaning = candidate;
                return true;
            }
        }

        meaning = default;
        return false;
    }
}
