using KernelMem.Generators.Diagnostics;
using Microsoft.CodeAnalysis;

namespace KernelMem.Analyzers.Rules;

/// <content>KM3: the boundary between kernel and user memory.</content>
internal static partial class RuleDescriptors
{
    public static readonly DiagnosticDescriptor UserDereference = new(
        "KM3001",
        "User memory is not dereferenced",
        "'{0}' is user memory, but is dereferenced here",
        RuleCategories.Boundary,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        description: "A pointer from a program may lead into the kernel, or nowhere, and what it leads to may change while it is looked at. It is checked against the layout and copied through a primitive that survives a fault: UserPtr and UserSpan do both.",
        helpLinkUri: HelpLinks.For("KM3001"));

    public static readonly DiagnosticDescriptor UserToKernelPointer = new(
        "KM3002",
        "User memory does not become a kernel pointer",
        "'{0}' is user memory, but becomes a kernel pointer in {1}",
        RuleCategories.Boundary,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        description: "Whoever gets a raw pointer takes it for the kernel's and dereferences it. An address from a program stays a UserPtr, a number or an address, and becomes a pointer only where the receiver says that it takes user memory: a parameter, field, property or return value marked [UserMemory].",
        helpLinkUri: HelpLinks.For("KM3002"));
}
