using KernelMem.Generators.Diagnostics;
using Microsoft.CodeAnalysis;

namespace KernelMem.Analyzers.Rules;

/// <content>KM4: page tables and their entries.</content>
internal static partial class RuleDescriptors
{
    public static readonly DiagnosticDescriptor WritableAndExecutable = new(
        "KM4001",
        "Memory is writable and executable",
        "This value of '{0}' allows writing and executing",
        RuleCategories.Paging,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        description: "Memory that can be written and executed lets whoever can write to it run code. Write first, then take the right to write away and give the right to execute. The rule looks at the constants of enums whose members are marked [GrantsWrite] and [GrantsExecute], where they are used: naming a combination as an enum member or a const is no use, and neither is a mask in '&', a comparison or a pattern.",
        helpLinkUri: HelpLinks.For("KM4001"));

    public static readonly DiagnosticDescriptor RawBits = new(
        "KM4009",
        "A typed word is changed bit by bit",
        "The word of '{0}' is put together with bit operations: use its typed members",
        RuleCategories.Paging,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: "A [BitLayout] names each field, checks each value and leaves every other bit as it was. Bit operations on its Value, or on what is passed to FromRaw, Create or TryCreate, do not.",
        helpLinkUri: HelpLinks.For("KM4009"));

    public static readonly DiagnosticDescriptor NonCanonicalConstant = new(
        "KM4011",
        "An address is not canonical",
        "{0} is not canonical for {1} bits, as '{2}' must be",
        RuleCategories.Paging,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        description: "The upper bits of a virtual address are copies of the highest bit that is translated; the processor faults on any other. The constant is followed through conversions and methods that hand on their argument unchanged ([PreservesValue]).",
        helpLinkUri: HelpLinks.For("KM4011"));
}
