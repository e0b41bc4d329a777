using KernelMem.Generators.Parsing;

namespace KernelMem.Generators.Writing;

/// <summary>Types and attributes as generated code names them: the same wherever they are written.</summary>
internal static class TypeNames
{
    public const string Panic = "global::KernelMem.Failures.Panic";
    public const string Atomic = "global::KernelMem.Platform.Atomic";
    public const string Violation = "global::KernelMem.Layouts.LayoutViolation";
    public const string Text = "global::KernelMem.Layouts.LayoutText";
    public const string AddressWidth = "global::KernelMem.Layouts.PhysicalAddressWidth";
    public const string PhysAddr = "global::" + KnownNames.PhysAddr;
    public const string Level = "global::" + KnownNames.PageTableLevel;
    public const string StructLayout = "global::System.Runtime.InteropServices.StructLayout";
    public const string LayoutKind = "global::System.Runtime.InteropServices.LayoutKind";
    public const string Bytes = "global::System.Span<byte>";
    public const string ReadOnlyBytes = "global::System.ReadOnlySpan<byte>";
    public const string Characters = "global::System.Span<char>";

    /// <summary>A word is a value: who drops the new one has changed nothing.</summary>
    public const string MustUse = "[global::KernelMem.Annotations.MustUse]";

    public const string Inline = "[global::System.Runtime.CompilerServices.MethodImpl(global::System.Runtime.CompilerServices.MethodImplOptions.AggressiveInlining)]";
}
