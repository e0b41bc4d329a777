using KernelMem.Generators.Diagnostics;
using Microsoft.CodeAnalysis;

namespace KernelMem.Analyzers.Rules;

/// <content>KM2: alignment, and the layout of what hardware reads.</content>
internal static partial class RuleDescriptors
{
    public static readonly DiagnosticDescriptor MisalignedConstant = new(
        "KM2002",
        "A constant is not aligned",
        "{0} is no multiple of {1}, as '{2}' must be",
        RuleCategories.Layout,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        description: "What is marked [Aligned] is a multiple of its alignment. The number is followed through typed addresses: through conversions, and through methods that hand on their argument unchanged ([PreservesValue]).",
        helpLinkUri: HelpLinks.For("KM2002"));

    public static readonly DiagnosticDescriptor NoPowerOfTwo = new(
        "KM2003",
        "An alignment is no power of two",
        "{0} is no power of two, as '{1}' must be",
        RuleCategories.Layout,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        description: "An alignment is 1, 2, 4, 8 and so on. Rounding masks the lower bits off, and with any other number masks off the wrong ones.",
        helpLinkUri: HelpLinks.For("KM2003"));

    public static readonly DiagnosticDescriptor ImplicitLayout = new(
        "KM2005",
        "A hardware struct does not state its layout",
        "'{0}' is read by hardware, but {1}",
        RuleCategories.Layout,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        description: "The layout of a [HardwareStruct] is a contract with a processor, a device or the firmware: [StructLayout] states it, as LayoutKind.Sequential or LayoutKind.Explicit. A [BitLayout] is one word and needs none.",
        helpLinkUri: HelpLinks.For("KM2005"));

    public static readonly DiagnosticDescriptor WrongSize = new(
        "KM2006",
        "A struct does not have its expected size",
        "'{0}' must have {1} bytes, but has {2}",
        RuleCategories.Layout,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        description: "The size of the struct, padding included, differs from the one that [ExpectedSize] takes from its specification. It is computed as the runtime lays the struct out on x86-64.",
        helpLinkUri: HelpLinks.For("KM2006"));

    public static readonly DiagnosticDescriptor WrongOffset = new(
        "KM2007",
        "A field is not where it must be",
        "'{0}' is misplaced: {1}",
        RuleCategories.Layout,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        description: "The offset of the field differs from the one that [ExpectedOffset] takes from the specification, or the field shares bytes with another in a [HardwareStruct] that does not allow it (AllowOverlap).",
        helpLinkUri: HelpLinks.For("KM2007"));

    public static readonly DiagnosticDescriptor ManagedField = new(
        "KM2008",
        "A hardware struct holds something managed",
        "'{0}' is read by hardware, but '{1}' is of the managed type '{2}'",
        RuleCategories.Layout,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        description: "A reference in memory that hardware reads is an address the garbage collector may change, and the size of the field is not stated. Use a pointer, an address or an index; a type parameter needs the constraint 'unmanaged'.",
        helpLinkUri: HelpLinks.For("KM2008"));
}
