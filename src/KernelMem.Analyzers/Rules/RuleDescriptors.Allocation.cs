using KernelMem.Generators.Diagnostics;
using Microsoft.CodeAnalysis;

namespace KernelMem.Analyzers.Rules;

/// <summary>All rules, one descriptor each, a family a file. The page of a rule is <c>docs/rules/{id}.md</c>.</summary>
internal static partial class RuleDescriptors
{
    public static readonly DiagnosticDescriptor ObjectCreation = new(
        "KM1001",
        "Objects of classes are allocated",
        "'{0}' must not allocate, but creates an object of class '{1}'",
        RuleCategories.Allocation,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        description: "An object of a class lives on a garbage-collected heap. Code that must not allocate has none: it uses structs, or memory from the kernel's heap.",
        helpLinkUri: HelpLinks.For("KM1001"));

    public static readonly DiagnosticDescriptor ArrayCreation = new(
        "KM1002",
        "Arrays are allocated",
        "'{0}' must not allocate, but creates an array of '{1}'",
        RuleCategories.Allocation,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        description: "An array lives on a garbage-collected heap. Code that must not allocate uses a span over the stack or over the kernel's memory, an inline array, or constant data seen as a ReadOnlySpan.",
        helpLinkUri: HelpLinks.For("KM1002"));

    public static readonly DiagnosticDescriptor Boxing = new(
        "KM1003",
        "Boxing allocates",
        "'{0}' must not allocate, but boxes '{1}' as '{2}'",
        RuleCategories.Allocation,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        description: "A value that becomes an object, an interface or a base class is copied to a garbage-collected heap. Generic code with a constraint reaches the same members without.",
        helpLinkUri: HelpLinks.For("KM1003"));

    public static readonly DiagnosticDescriptor BoxingReceiver = new(
        "KM1004",
        "A call boxes its receiver",
        "'{0}' must not allocate, but boxes '{1}' for '{2}'",
        RuleCategories.Allocation,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        description: "A method that a value type inherits from object, ValueType or Enum takes an object, so the value is boxed for the call; so it is to become the target of a delegate. A struct that overrides the method is not boxed.",
        helpLinkUri: HelpLinks.For("KM1004"));

    public static readonly DiagnosticDescriptor Closure = new(
        "KM1005",
        "Closures allocate",
        "'{0}' must not allocate, but this function needs an object for what it captures: {1}",
        RuleCategories.Allocation,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        description: "A lambda or local function that is a delegate and takes variables from around it needs an object for them, allocated as soon as the first of them is declared, even where the function is never reached, and a delegate each time. A static function that gets what it needs as arguments needs neither.",
        helpLinkUri: HelpLinks.For("KM1005"));

    public static readonly DiagnosticDescriptor Delegate = new(
        "KM1006",
        "Delegates are allocated",
        "'{0}' must not allocate, but creates a delegate of type '{1}'",
        RuleCategories.Allocation,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        description: "A delegate is an object. One to an instance method, one made with 'new', and one joined from others are made each time the code runs. A function pointer to a static method is none.",
        helpLinkUri: HelpLinks.For("KM1006"));

    public static readonly DiagnosticDescriptor FirstUseDelegate = new(
        "KM1007",
        "A delegate is allocated on first use",
        "'{0}' must not allocate, but creates a delegate of type '{1}' when it first runs",
        RuleCategories.Allocation,
        DiagnosticSeverity.Info,
        isEnabledByDefault: true,
        description: "A delegate to a static method, or of a lambda that captures nothing, is made when the code first runs and kept in a static field. Where even that is too much, in a freestanding kernel, use a function pointer.",
        helpLinkUri: HelpLinks.For("KM1007"));

    public static readonly DiagnosticDescriptor StringBuilding = new(
        "KM1008",
        "Building a string allocates",
        "'{0}' must not allocate, but builds a string",
        RuleCategories.Allocation,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        description: "Strings that are joined or interpolated at run time are new strings. Write the parts one after the other, or into a buffer through an interpolated string handler.",
        helpLinkUri: HelpLinks.For("KM1008"));

    public static readonly DiagnosticDescriptor Params = new(
        "KM1009",
        "A params call allocates",
        "'{0}' must not allocate, but creates '{1}' for the arguments of '{2}'",
        RuleCategories.Allocation,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        description: "The arguments of a params array or collection are gathered in a new object. The arguments of a params span are gathered on the stack.",
        helpLinkUri: HelpLinks.For("KM1009"));

    public static readonly DiagnosticDescriptor CollectionExpression = new(
        "KM1010",
        "A collection expression allocates",
        "'{0}' must not allocate, but creates '{1}' for a collection expression",
        RuleCategories.Allocation,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        description: "A collection expression that becomes an array, a list or a view of one is a new object, and so is one that becomes a span, if parts of it are spread. As a span of single elements it is on the stack or part of the image.",
        helpLinkUri: HelpLinks.For("KM1010"));

    public static readonly DiagnosticDescriptor Slice = new(
        "KM1011",
        "A slice is a copy",
        "'{0}' must not allocate, but copies a part of '{1}'",
        RuleCategories.Allocation,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        description: "A range of a string or an array is a new string or array. A range of a span is a view of the same memory.",
        helpLinkUri: HelpLinks.For("KM1011"));

    public static readonly DiagnosticDescriptor Enumerator = new(
        "KM1012",
        "An enumerator is allocated",
        "'{0}' must not allocate, but goes through a collection by an object of type '{1}'",
        RuleCategories.Allocation,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        description: "A foreach over an interface, or over a collection whose enumerator is a class, makes an object each time. Arrays, spans and collections with a struct for an enumerator need none.",
        helpLinkUri: HelpLinks.For("KM1012"));

    public static readonly DiagnosticDescriptor StateMachine = new(
        "KM1013",
        "Iterators and asynchronous functions allocate",
        "'{0}' must not allocate, but {1}",
        RuleCategories.Allocation,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        description: "A call of an iterator makes the object that remembers where it is; an asynchronous function makes one as soon as it has to wait. Write the loop out, or a struct that steps through it.",
        helpLinkUri: HelpLinks.For("KM1013"));

    public static readonly DiagnosticDescriptor Throw = new(
        "KM1014",
        "Exceptions are allocated",
        "'{0}' must not allocate or throw, but throws '{1}'",
        RuleCategories.Allocation,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        description: "An exception is an object, and a kernel without exception support has nobody to catch it. Failures that a caller can handle are values: a Result; broken invariants panic.",
        helpLinkUri: HelpLinks.For("KM1014"));

    public static readonly DiagnosticDescriptor LibraryObjects = new(
        "KM1015",
        "Queries, dynamic operations and expression trees allocate",
        "'{0}' must not allocate, but {1}",
        RuleCategories.Allocation,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        description: "A query makes delegates and iterators, a dynamic operation a binder and boxes, a lambda that becomes an expression tree an object for each of its parts; and each needs a library that no kernel has. Write a loop, a typed call, a function.",
        helpLinkUri: HelpLinks.For("KM1015"));

    public static readonly DiagnosticDescriptor Copy = new(
        "KM1016",
        "A copy of a record is allocated",
        "'{0}' must not allocate, but copies the record class '{1}'",
        RuleCategories.Allocation,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        description: "An expression 'with' on a record class makes a new object. On a struct it does not.",
        helpLinkUri: HelpLinks.For("KM1016"));

    public static readonly DiagnosticDescriptor Unoptimised = new(
        "KM1023",
        "Unoptimised code allocates",
        "'{0}' must not allocate, but {1}, which allocates where the code is not optimised",
        RuleCategories.Allocation,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: "A value that is boxed only to be tested, and constants of more than a byte that are seen as a span, cost nothing in optimised code. A kernel compiled ahead of time is optimised; a program on a runtime starts unoptimised.",
        helpLinkUri: HelpLinks.For("KM1023"));

    public static readonly DiagnosticDescriptor Equality = new(
        "KM1024",
        "A struct lacks equality or a text of its own",
        "'{0}' must not allocate, but {1}",
        RuleCategories.Allocation,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        description: "The ToString that a record has from the compiler builds a string. Its equality, and EqualityComparer, box a struct that does not implement IEquatable. Write the member, or implement the interface.",
        helpLinkUri: HelpLinks.For("KM1024"));

    public static readonly DiagnosticDescriptor Finalizer = new(
        "KM1025",
        "A finalizer is declared",
        "'{0}' must not allocate, but has a finalizer",
        RuleCategories.Allocation,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        description: "A finalizer needs a garbage collector that finds out that nobody uses an object any more, and a thread to run on. In a kernel, who owns a thing frees it.",
        helpLinkUri: HelpLinks.For("KM1025"));
}
