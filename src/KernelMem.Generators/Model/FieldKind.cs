namespace KernelMem.Generators.Model;

/// <summary>How a field's bits become a value.</summary>
internal enum FieldKind
{
    /// <summary>One bit, a <c>bool</c>.</summary>
    Flag,

    /// <summary>Bits shifted down to an unsigned integer.</summary>
    Number,

    /// <summary>Bits shifted down to an enum.</summary>
    Enum,

    /// <summary>Bits in place, a <c>PhysAddr</c>.</summary>
    PhysicalAddress,

    /// <summary>Bits in place, a <c>Frame</c> or <c>Frame&lt;TSize&gt;</c>.</summary>
    Frame,
}
