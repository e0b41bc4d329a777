using System;

namespace KernelMem.Annotations;

/// <summary>
/// A combination of fields of a <see cref="BitLayoutAttribute">layout</see> that a word must not have: the hardware faults on it, or
/// its behaviour is undefined. <c>Validate</c> reports it; the <c>With…</c> methods allow it, because the way to a valid word may lead
/// through it.
/// </summary>
/// <remarks>
/// <para>
/// The combination is read at compile time (KM8016). Names are those of the layout's properties. A name alone holds when the field is
/// not zero; <c>Name == 3</c> compares it with a number, or with a member of its enum (<c>!=</c>, <c>&lt;</c>, <c>&lt;=</c>, <c>&gt;</c>
/// and <c>&gt;=</c> do too). <c>!</c>, <c>&amp;</c> and <c>|</c> combine, in this order of strength; parentheses group.
/// </para>
/// </remarks>
/// <example><code>[Forbid("Pg &amp; !Pe", Reason = "paging needs protected mode")]</code></example>
[AttributeUsage(AttributeTargets.Struct, AllowMultiple = true)]
public sealed class ForbidAttribute : Attribute
{
    /// <summary>Forbids a combination.</summary>
    /// <param name="combination">The combination, e.g. <c>"Pg &amp; !Pe"</c>.</param>
    public ForbidAttribute(string combination) => Combination = combination;

    /// <summary>The combination.</summary>
    public string Combination { get; }

    /// <summary>Why, for the documentation of the generated code, or null.</summary>
    public string? Reason { get; set; }
}
